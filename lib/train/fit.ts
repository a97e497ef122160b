import type { DataLoader } from "../datasets/DataLoader";
import { ArgumentError } from "../errors";
import { onInterrupt } from "../interrupt";
import type { Module } from "../layers/Module";
import type { Loss } from "../losses/Loss";
import type { Optimizer } from "../optim/Optimizer";
import { countCorrect, evaluate } from "./evaluate";
import { type EpochRecord, History } from "./History";

/** Where a training stands. */
export interface StepRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken in this epoch, and steps an epoch. */
  readonly step: number;
  readonly steps: number;
  /** Loss of the batch, before the step. */
  readonly loss: number;
}

export interface FitOptions {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly train: DataLoader;
  /** Evaluated after every epoch. */
  readonly validation?: DataLoader;
  readonly epochs: number;
  /** Stops the training after the step it is in. */
  readonly signal?: AbortSignal;
  readonly onStep?: (record: StepRecord) => void;
  readonly onEpoch?: (record: EpochRecord, history: History) => void;
}

/** How long, in milliseconds, the training keeps the event loop waiting at most. */
const TURN = 40;

/**
 * Trains a model: for every batch forward, loss, backward, step; after every epoch the validation data. Lets the
 * event loop run between steps, so that output appears and an interrupt is heard. Stopped by the signal or by the
 * kernel's interrupt it keeps the weights it has reached and returns the epochs that were finished.
 * @throws ArgumentError if epochs is not a whole number ≥ 0, if the loader has no batch, or if the loss of a step is
 * not finite (diverged); that step is not taken.
 */
export async function fit(model: Module, options: FitOptions): Promise<History> {
  const { loss, optimizer, train, validation, epochs, signal, onStep, onEpoch } = options;
  if (!(Number.isInteger(epochs) && epochs >= 0)) {
    throw new ArgumentError("fit", `epochs must be a whole number ≥ 0, got ${epochs}`);
  }
  if (train.batches === 0) throw new ArgumentError("fit", "train must have at least one batch, got 0");
  await turn();
  let stopped = signal?.aborted ?? false;
  const stop = (): void => {
    stopped = true;
  };
  signal?.addEventListener("abort", stop);
  const unsubscribe = onInterrupt(stop);
  const history = new History();
  const learning = model.training;
  try {
    let yielded = performance.now();
    for (let epoch = 1; epoch <= epochs && !stopped; epoch++) {
      model.train();
      let step = 0;
      let samples = 0;
      let lossSum = 0;
      let correct = 0;
      let learningRate = optimizer.learningRate;
      for (const { x, labels } of train) {
        optimizer.zeroGrad();
        const y = model.forward(x);
        const batchLoss = loss.forward(y, labels);
        step++;
        checkLoss(batchLoss, `epoch ${epoch}, step ${step}`);
        correct += countCorrect(y, labels);
        model.backwardParameters(loss.backward());
        learningRate = optimizer.learningRate;
        optimizer.step();
        samples += labels.length;
        lossSum += batchLoss * labels.length;
        onStep?.({ epoch, epochs, step, steps: train.batches, loss: batchLoss });
        if (performance.now() - yielded > TURN) {
          await turn();
          yielded = performance.now();
        }
        if (stopped) break;
      }
      if (step < train.batches) break;
      const validated = validation ? evaluate(model, loss, validation) : undefined;
      const record: EpochRecord = {
        epoch,
        trainLoss: lossSum / samples,
        trainAccuracy: correct / samples,
        validationLoss: validated?.loss ?? Number.NaN,
        validationAccuracy: validated?.accuracy ?? Number.NaN,
        learningRate,
      };
      history.epochs.push(record);
      onEpoch?.(record, history);
    }
    history.interrupted = history.epochs.length < epochs;
  } finally {
    model.train(learning);
    unsubscribe();
    signal?.removeEventListener("abort", stop);
  }
  return history;
}

function checkLoss(loss: number, where: string): void {
  if (Number.isFinite(loss)) return;
  throw new ArgumentError(
    "fit",
    `the loss must stay finite, got ${loss} in ${where}; lower the learning rate`,
  );
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
