import { checkCounts, checkOptions, inWords } from "../checks";
import type { DataLoader } from "../datasets/DataLoader";
import { ArgumentError } from "../errors";
import type { Module } from "../layers/Module";
import type { Loss } from "../losses/Loss";
import type { Optimizer } from "../optim/Optimizer";
import type { AbortSignal } from "../platform/AbortSignal";
import { type Checkpoint, checkCheckpoint } from "./Checkpoint";
import { checkLoader, checkLoss, checkModel, checkOptimizer, checkPlainLoader } from "./checkParts";
import { checkEarlyStopping, type EarlyStopping } from "./EarlyStopping";
import type { EpochRecord, History } from "./History";

/** Where a training stands. */
export interface StepRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Epochs of the whole training. */
  readonly epochs: number;
  /** Steps taken in this epoch, and steps an epoch. */
  readonly step: number;
  /** Steps an epoch. */
  readonly steps: number;
  /** Loss of the batch, before the step. */
  readonly loss: number;
}

/** What `fit` trains with. */
export interface FitOptions {
  /** What is to become small. */
  readonly loss: Loss;
  /** Changes parameters of the model: all of them, or some. */
  readonly optimizer: Optimizer;
  /** What the model learns from, batch by batch. */
  readonly train: DataLoader;
  /** Evaluated after every epoch (default: none). */
  readonly validation?: DataLoader;
  /** How often the training goes through the data, a whole number ≥ 0. */
  readonly epochs: number;
  /** The largest norm that the gradients of a step may have; see `clipGradNorm` (default: none). */
  readonly clipNorm?: number;
  /** Ends the training before `epochs` when it gets no better (default: it does not). */
  readonly earlyStopping?: EarlyStopping;
  /** Keeps the training on disk, and goes on with what is there (default: it is not kept). */
  readonly checkpoint?: Checkpoint;
  /** Stops the training after the step it is in. */
  readonly signal?: AbortSignal;
  /** Is called after every step; a promise is waited for. */
  readonly onStep?: (record: StepRecord) => unknown;
  /** Is called after every epoch; a promise is waited for. */
  readonly onEpoch?: (record: EpochRecord, history: History) => unknown;
}

const OPTIONS: readonly (keyof FitOptions)[] = [
  "loss",
  "optimizer",
  "train",
  "validation",
  "epochs",
  "clipNorm",
  "earlyStopping",
  "checkpoint",
  "signal",
  "onStep",
  "onEpoch",
];

/** @throws ArgumentError for a model or an option that is none, or that does not go with the others. */
export function checkFit(model: Module, options: FitOptions): void {
  checkModel("fit", model);
  checkOptions("fit", options, OPTIONS);
  const { loss, optimizer, epochs, train, validation, clipNorm, earlyStopping, checkpoint } = options;
  const { signal, onStep, onEpoch } = options;
  checkCounts("fit", { epochs }, 0);
  checkLoader("fit", "train", train);
  if (validation !== undefined) checkPlainLoader("fit", "validation", validation);
  checkOptimizer("fit", optimizer, model);
  checkLoss("fit", loss, model);
  if (clipNorm !== undefined && !(clipNorm > 0 && Number.isFinite(clipNorm))) {
    throw new ArgumentError("fit", `clipNorm must be a finite number > 0, got ${inWords(clipNorm)}`);
  }
  if (earlyStopping !== undefined) checkEarlyStopping(earlyStopping, validation !== undefined);
  if (checkpoint !== undefined) checkCheckpoint(checkpoint);
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new ArgumentError("fit", `signal must be an AbortSignal, got ${inWords(signal)}`);
  }
  for (const [name, callback] of Object.entries({ onStep, onEpoch })) {
    if (callback === undefined || typeof callback === "function") continue;
    throw new ArgumentError("fit", `${name} must be a function, got ${inWords(callback)}`);
  }
}
