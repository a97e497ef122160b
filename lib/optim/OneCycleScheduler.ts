import { checkCounts, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { cosineBetween } from "./CosineScheduler";
import { checkRate, type Scheduler } from "./Scheduler";

/** How high the rate rises, from where and to where, in how many steps. */
export interface OneCycleSchedulerOptions {
  /** The highest rate. */
  readonly peak: number;
  /** T, in optimiser steps: epochs · steps an epoch. */
  readonly steps: number;
  /** The share of the steps in which the rate rises (default: 0.3). */
  readonly rise?: number;
  /** The peak divided by the first rate (default: 25). */
  readonly startDivisor?: number;
  /** The first rate divided by the last one (default: 10,000). */
  readonly endDivisor?: number;
}

/**
 * One cycle (Smith and Topin 2018): the rate rises along half a cosine from peak / startDivisor to the peak, and falls
 * along another to peak / (startDivisor · endDivisor), where it stays; as `torch.optim.lr_scheduler.OneCycleLR`, without
 * its cycle of the momentum. The peak is reached at step rise · T − 1 and the end at step T − 1, counted from 0.
 * @throws ArgumentError unless peak is finite and ≥ 0, steps a whole number > 0, rise in [0, 1], and the divisors finite
 * and ≥ 1.
 */
export class OneCycleScheduler implements Scheduler {
  readonly peak: number;
  readonly steps: number;
  readonly rise: number;
  readonly startDivisor: number;
  readonly endDivisor: number;

  constructor(options: OneCycleSchedulerOptions) {
    checkOptions("OneCycleScheduler", options, ["peak", "steps", "rise", "startDivisor", "endDivisor"]);
    const { peak, steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
    checkRate("OneCycleScheduler", peak);
    checkCounts("OneCycleScheduler", { steps });
    if (!(rise >= 0 && rise <= 1))
      throw new ArgumentError("OneCycleScheduler", `rise must be in [0, 1], got ${rise}`);
    for (const [name, divisor] of Object.entries({ startDivisor, endDivisor })) {
      if (!(divisor >= 1 && Number.isFinite(divisor)))
        throw new ArgumentError("OneCycleScheduler", `${name} must be a finite number ≥ 1, got ${divisor}`);
    }
    this.peak = peak;
    this.steps = steps;
    this.rise = rise;
    this.startDivisor = startDivisor;
    this.endDivisor = endDivisor;
  }

  /** ηₜ for t = step. */
  rate(step: number): number {
    const top = this.rise * this.steps - 1;
    const start = this.peak / this.startDivisor;
    if (step < top) return cosineBetween(start, this.peak, step / top);
    const fall = this.steps - 1 - top;
    return cosineBetween(this.peak, start / this.endDivisor, fall > 0 ? (step - top) / fall : 1);
  }
}
