import type { DataLoader } from "../datasets/DataLoader";
import type { Module } from "../layers/Module";
import type { Loss } from "../losses/Loss";
import type { Tensor } from "../tensor/Tensor";

/** How a model does on a dataset. */
export interface Evaluation {
  /** Mean loss over the samples. */
  readonly loss: number;
  /** Share of the samples whose largest output is their class. */
  readonly accuracy: number;
  /** The class of the largest output of each sample, in the loader's order. */
  readonly predictions: Int32Array;
  /** The true classes, in the same order. */
  readonly labels: Int32Array;
}

/** Runs the model over one epoch of the loader, without learning. */
export function evaluate(model: Module, loss: Loss, loader: DataLoader): Evaluation {
  const learning = model.training;
  model.eval();
  const total = loader.batches * loader.batchSize;
  const predictions = new Int32Array(total);
  const labels = new Int32Array(total);
  let count = 0;
  let lossSum = 0;
  let correct = 0;
  try {
    for (const batch of loader) {
      const y = model.forward(batch.x);
      lossSum += loss.forward(y, batch.labels) * batch.labels.length;
      correct += countCorrect(y, batch.labels, predictions, count);
      labels.set(batch.labels, count);
      count += batch.labels.length;
    }
  } finally {
    model.train(learning);
  }
  return {
    loss: lossSum / count,
    accuracy: correct / count,
    predictions: predictions.subarray(0, count),
    labels: labels.subarray(0, count),
  };
}

/** How many rows of y [N, C] are largest at their label; the classes are written to `predictions` where given. */
export function countCorrect(y: Tensor, labels: Int32Array, predictions?: Int32Array, offset = 0): number {
  const { data } = y;
  const classes = y.shape[1];
  let correct = 0;
  for (let i = 0; i < labels.length; i++) {
    const start = i * classes;
    let best = start;
    for (let j = start + 1; j < start + classes; j++) if (data[j] > data[best]) best = j;
    if (predictions) predictions[offset + i] = best - start;
    if (best - start === labels[i]) correct++;
  }
  return correct;
}
