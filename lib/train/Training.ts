import type { Batch } from "../datasets/DataLoader";
import { findNonFinite } from "../datasets/findNonFinite";
import { DivergenceError } from "../errors";
import type { FloatArray } from "../kernels/Kernels";
import type { Module } from "../layers/Module";
import { clipGradNorm } from "../optim/clipGradNorm";
import type { RandomStateData } from "../tensor/random/RandomStateData";
import { bestEpoch } from "./EarlyStopping";
import { countCorrect, runEpoch } from "./evaluate";
import type { FitOptions } from "./FitOptions";
import { type EpochRecord, History } from "./History";

/** What an epoch has come to so far. */
export interface EpochSums {
  /** Steps taken in this epoch. */
  readonly step: number;
  readonly samples: number;
  /** Σ loss of a batch · its samples. */
  readonly lossSum: number;
  readonly correct: number;
  /** The learning rate of the last step. */
  readonly learningRate: number;
}

/** What a training is, as plain data: one from a checkpoint has to be the same. */
export interface TrainingIdentity {
  readonly settings: object;
  /** Digests of the weights and the streams it began from. */
  readonly start: object;
}

const NOTHING: EpochSums = { step: 0, samples: 0, lossSum: 0, correct: 0, learningRate: 0 };

/** A training and all of it that changes as it goes on, but for what the optimiser and the loaders keep themselves. */
export class Training {
  readonly model: Module;
  readonly options: FitOptions;
  readonly history: History = new History();
  /** Of the epoch that is running. */
  sums: EpochSums = NOTHING;
  /** What a checkpoint says of the training besides where it stands. */
  identity: TrainingIdentity | undefined;
  /** The state of the loader's stream when the order of the running epoch was drawn, where there is one. */
  epochStart: RandomStateData | undefined;
  /** What the model had learned after the best epoch, by name; empty unless they are to be restored. */
  readonly best: Map<string, FloatArray> = new Map();

  constructor(model: Module, options: FitOptions) {
    this.model = model;
    this.options = options;
  }

  /** Whether all epochs are over, or it was stopped early. */
  get done(): boolean {
    return this.history.stoppedEarly || this.history.epochs.length >= this.options.epochs;
  }

  /** The epoch that is running, counted from 1. */
  get epoch(): number {
    return this.history.epochs.length + 1;
  }

  /** Forward, loss, backward and a step of the optimiser; returns the loss before it. */
  step({ x, labels }: Batch): number {
    const { model, sums } = this;
    const { optimizer, loss, clipNorm, train } = this.options;
    this.epochStart ??= train.epochStart;
    if (!model.training) model.train();
    optimizer.zeroGrad();
    const y = model.forward(x);
    const batchLoss = loss.forward(y, labels);
    if (!Number.isFinite(batchLoss)) this.diverge(batchLoss);
    const correct = countCorrect(y, labels);
    model.backwardParameters(loss.backward());
    if (clipNorm !== undefined) clipGradNorm(optimizer.parameters, clipNorm);
    const { learningRate } = optimizer;
    optimizer.step();
    this.sums = {
      step: sums.step + 1,
      samples: sums.samples + labels.length,
      lossSum: sums.lossSum + batchLoss * labels.length,
      correct: sums.correct + correct,
      learningRate,
    };
    return batchLoss;
  }

  /** Validates, and records the epoch. */
  finishEpoch(): EpochRecord {
    const { samples, lossSum, correct, learningRate } = this.sums;
    const { loss, validation } = this.options;
    const validated = validation && runEpoch(this.model, loss, validation);
    const record: EpochRecord = {
      epoch: this.epoch,
      trainLoss: lossSum / samples,
      trainAccuracy: correct / samples,
      validationLoss: validated?.loss ?? Number.NaN,
      validationAccuracy: validated?.accuracy ?? Number.NaN,
      learningRate,
    };
    this.history.epochs.push(record);
    this.sums = NOTHING;
    this.epochStart = undefined;
    this.reviewEpochs();
    if (this.history.bestEpoch === record.epoch && this.options.earlyStopping?.restoreBest !== false) {
      for (const [name, { data }] of this.model.namedTensors()) this.best.set(name, data.slice());
    }
    return record;
  }

  /** Lets the schedule hear of the epochs, and finds the best one, and whether it is so long ago that the training is over. */
  reviewEpochs(): void {
    const { history } = this;
    const { earlyStopping, optimizer } = this.options;
    optimizer.observe?.(history.epochs);
    if (!earlyStopping) return;
    history.bestEpoch = bestEpoch(history, earlyStopping) || undefined;
    history.stoppedEarly = history.epochs.length - (history.bestEpoch ?? 0) >= earlyStopping.patience;
  }

  /** Puts the weights of the best epoch back. */
  restoreBest(): void {
    const tensors = this.model.namedTensors();
    for (const [name, values] of this.best) tensors.get(name)?.data.set(values);
  }

  private diverge(loss: number): never {
    const where = `epoch ${this.epoch}, step ${this.sums.step + 1}`;
    const cure = this.options.optimizer.stepCount > 0 ? "lower the learning rate" : this.firstFault();
    throw new DivergenceError("fit", `the loss must stay finite, got ${loss} in ${where}; ${cure}`);
  }

  /** Why the loss may not be finite before any step was taken: the inputs of a loader always are. */
  private firstFault(): string {
    for (const [name, { data }] of this.model.namedTensors()) {
      if (findNonFinite(data) >= 0) return `${name} of the model is not finite to begin with`;
    }
    return "the inputs or the first weights are too large";
  }
}
