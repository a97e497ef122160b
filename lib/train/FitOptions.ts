import { checkCounts } from "../checks";
import type { DataLoader } from "../datasets/DataLoader";
import { ArgumentError } from "../errors";
import type { Loss } from "../losses/Loss";
import type { Optimizer } from "../optim/Optimizer";
import type { AbortSignal } from "../platform/AbortSignal";
import { type Checkpoint, checkCheckpoint } from "./Checkpoint";
import { checkEarlyStopping, type EarlyStopping } from "./EarlyStopping";
import type { EpochRecord, History } from "./History";

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
  /** The largest norm that the gradients of a step may have; see `clipGradNorm`. */
  readonly clipNorm?: number;
  /** Ends the training before `epochs` when it gets no better. */
  readonly earlyStopping?: EarlyStopping;
  /** Keeps the training on disk, and goes on with what is there. */
  readonly checkpoint?: Checkpoint;
  /** Stops the training after the step it is in. */
  readonly signal?: AbortSignal;
  readonly onStep?: (record: StepRecord) => void;
  readonly onEpoch?: (record: EpochRecord, history: History) => void;
}

/** @throws ArgumentError for an option out of its domain. */
export function checkFitOptions(options: FitOptions): void {
  const { epochs, train, validation, clipNorm, earlyStopping, checkpoint } = options;
  checkCounts("fit", { epochs }, 0);
  for (const [name, loader] of Object.entries({ train, validation })) {
    if (loader?.batches === 0) throw new ArgumentError("fit", `${name} must have at least one batch, got 0`);
  }
  if (clipNorm !== undefined && !(clipNorm > 0 && Number.isFinite(clipNorm))) {
    throw new ArgumentError("fit", `clipNorm must be a finite number > 0, got ${clipNorm}`);
  }
  if (earlyStopping) checkEarlyStopping(earlyStopping, validation !== undefined);
  if (checkpoint) checkCheckpoint(checkpoint);
}
