import { inWords } from "../checks";
import { ArgumentError } from "../errors";

/** What an epoch of training has come to. */
export interface EpochScores {
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** The learning rate as a function of the optimiser's step, counted from 0. */
export interface Scheduler {
  /** ηₜ for t = step. */
  rate(step: number): number;
  /** Hears of all epochs of the training so far, after each of them and when a checkpoint is taken up. */
  observe?(epochs: readonly EpochScores[]): void;
}

/** ηₜ = η₀. */
export class ConstantScheduler implements Scheduler {
  readonly initial: number;

  /** @throws ArgumentError unless the rate is finite and ≥ 0. */
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
