import { inWords } from "../checks";
import { ArgumentError } from "../errors";

/** What an epoch of training has come to. */
export interface EpochScores {
  /** Mean loss over the training batches. */
  readonly trainLoss: number;
  /** Accuracy over the training batches. */
  readonly trainAccuracy: number;
  /** Loss on the validation data; NaN without them. */
  readonly validationLoss: number;
  /** Accuracy on the validation data; NaN without them. */
  readonly validationAccuracy: number;
}

/** The learning rate as a function of the optimiser's step, counted from 0. */
export interface Scheduler {
  /** ηₜ for t = step. */
  rate(step: number): number;
  /** Hears of all epochs of the training so far, after each of them and when a checkpoint is taken up. */
  observe?(epochs: readonly EpochScores[]): void;
}

/**
 * The learning rate does not change: ηₜ = η₀.
 * @throws ArgumentError unless the rate is finite and ≥ 0.
 */
export class ConstantScheduler implements Scheduler {
  /** η₀, the rate of every step. */
  readonly initial: number;

  constructor(initial: number) {
    checkRate("ConstantScheduler", initial);
    this.initial = initial;
  }

  rate(): number {
    return this.initial;
  }
}

/** @throws ArgumentError unless the learning rate is a finite number ≥ 0. */
export function checkRate(where: string, rate: number): void {
  if (!(Number.isFinite(rate) && rate >= 0)) {
    throw new ArgumentError(where, `the learning rate must be a finite number ≥ 0, got ${inWords(rate)}`);
  }
}

/** Whether it is a schedule, and no number. */
export function isScheduler(value: unknown): value is Scheduler {
  return typeof (value as Partial<Scheduler> | null)?.rate === "function";
}
