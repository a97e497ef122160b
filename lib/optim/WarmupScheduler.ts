import { checkCounts, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { ConstantScheduler, checkRate, type EpochScores, isScheduler, type Scheduler } from "./Scheduler";

/** How long the rate rises, and what it rises to. */
export interface WarmupSchedulerOptions {
  /** How many optimiser steps the rate rises. */
  readonly steps: number;
  /** The rate after them: a number, or a schedule that begins there. */
  readonly after: number | Scheduler;
  /** The share of the schedule's first rate to begin with (default: 0). */
  readonly from?: number;
}

/**
 * A linear rise before another schedule (Goyal et al. 2017): ηₜ = η₀ (f + (1 − f) (t + 1) / (W + 1)) for t < W steps, η₀
 * being the schedule's first rate and f `from`; then the schedule, counted from its own step 0.
 * @throws ArgumentError unless steps is a whole number > 0 and from is in [0, 1], or if after is neither a rate ≥ 0 nor a schedule.
 */
export class WarmupScheduler implements Scheduler {
  readonly steps: number;
  readonly after: Scheduler;
  readonly from: number;

  constructor(options: WarmupSchedulerOptions) {
    checkOptions("WarmupScheduler", options, ["steps", "after", "from"]);
    const { steps, after, from = 0 } = options;
    checkCounts("WarmupScheduler", { steps });
    if (!(from >= 0 && from <= 1))
      throw new ArgumentError("WarmupScheduler", `from must be in [0, 1], got ${from}`);
    if (!isScheduler(after)) checkRate("WarmupScheduler", after);
    this.steps = steps;
    this.after = isScheduler(after) ? after : new ConstantScheduler(after);
    this.from = from;
  }

  /** ηₜ for t = step. */
  rate(step: number): number {
    const { steps, after, from } = this;
    if (step >= steps) return after.rate(step - steps);
    return after.rate(0) * (from + ((1 - from) * (step + 1)) / (steps + 1));
  }

  observe(epochs: readonly EpochScores[]): void {
    this.after.observe?.(epochs);
  }
}
