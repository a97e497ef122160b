import { checkLists } from "../checks";
import { ArgumentError } from "../errors";

/** What one epoch of training left behind. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean loss over the epoch's batches, each before the step it led to. */
  readonly trainLoss: number;
  /** Share of the epoch's samples classified right, each before the step it led to. */
  readonly trainAccuracy: number;
  /** Loss on the validation data after the epoch; NaN without them. */
  readonly validationLoss: number;
  /** Accuracy on the validation data after the epoch; NaN without them. */
  readonly validationAccuracy: number;
  /** The learning rate of the epoch's last step. */
  readonly learningRate: number;
}

/** The epochs of a training, and its curves. */
export class History {
  /** What each finished epoch left behind. */
  readonly epochs: EpochRecord[];
  /** Whether the training was stopped by the user before its last epoch was over. */
  interrupted = false;
  /** Whether the last epoch is the one at which early stopping ended the training. */
  stoppedEarly = false;
  /** The number of the best epoch, counted from 1, where early stopping judged them. */
  bestEpoch: number | undefined;

  constructor(epochs: readonly EpochRecord[] = []) {
    checkLists("History", { epochs });
    this.epochs = [...epochs];
  }

  /** `trainLoss` of the epochs, as a curve. */
  get trainLoss(): number[] {
    return this.epochs.map((record) => record.trainLoss);
  }

  /** `trainAccuracy` of the epochs, as a curve. */
  get trainAccuracy(): number[] {
    return this.epochs.map((record) => record.trainAccuracy);
  }

  /** `validationLoss` of the epochs, as a curve. */
  get validationLoss(): number[] {
    return this.epochs.map((record) => record.validationLoss);
  }

  /** `validationAccuracy` of the epochs, as a curve. */
  get validationAccuracy(): number[] {
    return this.epochs.map((record) => record.validationAccuracy);
  }

  /** The last epoch. @throws ArgumentError if there is none yet. */
  get last(): EpochRecord {
    const record = this.epochs.at(-1);
    if (!record) throw new ArgumentError("History.last", "there must be a finished epoch, got none");
    return record;
  }
}
