import type { DataLoader } from "../datasets/DataLoader";
import type { Module } from "../layers/Module";
import type { Loss } from "../losses/Loss";
import { argmaxInto } from "../tensor/argmax";
import { checkLook, held } from "../tensor/held";
import { reuse, reused } from "../tensor/reuse";
import type { Tensor } from "../tensor/Tensor";
import { checkLoss, checkModel, checkPlainLoader } from "./checkParts";

/** How a model does on a dataset. */
export interface Evaluation {
  /** Mean loss over the samples: Σ loss of a batch · its samples / all samples. */
  readonly loss: number;
  /** Share of the samples whose prediction is their class. */
  readonly accuracy: number;
  /** The class of the largest output of each sample, in the loader's order; of one output, whether it is above 0. */
  readonly predictions: Int32Array;
  /** The true classes, in the same order. */
  readonly labels: Int32Array;
}

/**
 * Runs the model over one epoch of the loader, without learning.
 * @throws ArgumentError if the loader has no batch or augments, an input is not finite, the model ends with what the
 * loss applies itself, or a `fit` that has not ended has it (in `onStep` and `onEpoch` it may be looked at); ShapeError
 * if the model does not take its samples.
 * @example
 * const { test } = nn.loadMnist();
 * const model = new nn.Sequential([new nn.Linear(784, 10, { random: new nn.RandomState(1) })]);
 * const loader = new nn.DataLoader(test, { batchSize: 500 });
 * const { predictions, labels } = nn.evaluate(model, new nn.CrossEntropyLoss(), loader);
 * console.log(nn.metrics.confusionMatrix(labels, predictions).length); // 10
 */
export function evaluate(model: Module, loss: Loss, loader: DataLoader): Evaluation {
  checkModel("evaluate", model);
  checkPlainLoader("evaluate", "loader", loader);
  checkLoss("evaluate", loss, model);
  checkLook("evaluate", "model", model);
  const { stream } = loader;
  if (!stream || !held.has(stream)) return runEpoch(model, loss, loader);
  const state = stream.getState();
  try {
    return runEpoch(model, loss, loader);
  } finally {
    stream.setState(state);
  }
}

/** The same without a check, and though a training has it: for the training itself. */
export function runEpoch(model: Module, loss: Loss, loader: DataLoader): Evaluation {
  const learning = model.training;
  model.eval();
  const total = loader.batches * loader.batchSize;
  const predictions = new Int32Array(total);
  const labels = new Int32Array(total);
  let count = 0;
  let lossSum = 0;
  let correct = 0;
  try {
    for (const batch of reused(loader)) {
      reuse(() => {
        const y = model.forward(batch.x);
        lossSum += loss.forward(y, batch.labels) * batch.labels.length;
        correct += countCorrect(y, batch.labels, predictions, count);
      });
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

let scratch = new Int32Array(0);

/**
 * How many rows of y [N, C] are largest at their label, or for C = 1, a logit of class 1 against class 0, above 0 where
 * the label is 1; the classes are written to `predictions` from `offset` on, where given.
 */
export function countCorrect(y: Tensor, labels: Int32Array, predictions?: Int32Array, offset = 0): number {
  if (!predictions && scratch.length < labels.length) scratch = new Int32Array(labels.length);
  const classes = predictions ?? scratch;
  const start = predictions ? offset : 0;
  if (y.shape[1] === 1) for (let i = 0; i < labels.length; i++) classes[start + i] = y.data[i] > 0 ? 1 : 0;
  else argmaxInto(classes, start, y);
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (classes[start + i] === labels[i]) correct++;
  return correct;
}
