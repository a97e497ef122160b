import { checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { pow, wholePow } from "../tensor/accurateMath";
import { checkRate, type Scheduler } from "./Scheduler";

/** Where the rate begins, and how fast it falls. */
export interface ExponentialSchedulerOptions {
  /** η₀. */
  readonly initial: number;
  /** α, the factor every T steps. */
  readonly decay: number;
  /** T, in optimiser steps. */
  readonly every: number;
  /** Whether the rate falls in steps and not at every step (default: true). */
  readonly staircase?: boolean;
}

/**
 * ηₜ = η₀ · α^⌊t/T⌋, or η₀ · α^(t/T) without the staircase; t counts optimiser steps from 0.
 * @throws ArgumentError unless initial is finite and ≥ 0, decay in (0, 1] and every above 0.
 */
export class ExponentialScheduler implements Scheduler {
  readonly initial: number;
  readonly decay: number;
  readonly every: number;
  readonly staircase: boolean;

  constructor(options: ExponentialSchedulerOptions) {
    checkOptions("ExponentialScheduler", options, ["initial", "decay", "every", "staircase"]);
    const { initial, decay, every, staircase = true } = options;
    checkRate("ExponentialScheduler", initial);
    if (!(decay > 0 && decay <= 1)) {
      throw new ArgumentError("ExponentialScheduler", `decay must be in (0, 1], got ${decay}`);
    }
    if (!(every > 0))
      throw new ArgumentError("ExponentialScheduler", `every must be > 0 steps, got ${every}`);
    this.initial = initial;
    this.decay = decay;
    this.every = every;
    this.staircase = staircase;
  }

  /** ηₜ for t = step. */
  rate(step: number): number {
    const exponent = step / this.every;
    const { initial, decay, staircase } = this;
    return initial * (staircase ? wholePow(decay, Math.floor(exponent)) : pow(decay, exponent));
  }
}
