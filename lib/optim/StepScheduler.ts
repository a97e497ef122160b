import { checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { wholePow } from "../tensor/accurateMath";
import { checkRate, type Scheduler } from "./Scheduler";

/** Where the rate begins, and at which steps it falls how far. */
export interface StepSchedulerOptions {
  /** η₀. */
  readonly initial: number;
  /** The optimiser steps at which the rate falls, rising. */
  readonly milestones: readonly number[];
  /** α, the factor at each of them (default: 0.1). */
  readonly decay?: number;
}

/**
 * ηₜ = η₀ · α^(number of milestones ≤ t), as `torch.optim.lr_scheduler.MultiStepLR`; `ExponentialScheduler` falls at even
 * distances.
 * @throws ArgumentError unless initial is finite and ≥ 0, decay in (0, 1], and the milestones are whole numbers > 0 that
 * rise.
 */
export class StepScheduler implements Scheduler {
  readonly initial: number;
  readonly milestones: readonly number[];
  readonly decay: number;

  constructor(options: StepSchedulerOptions) {
    checkOptions("StepScheduler", options, ["initial", "milestones", "decay"]);
    const { initial, milestones, decay = 0.1 } = options;
    checkRate("StepScheduler", initial);
    if (!(decay > 0 && decay <= 1))
      throw new ArgumentError("StepScheduler", `decay must be in (0, 1], got ${decay}`);
    const rising =
      Array.isArray(milestones) && milestones.length > 0 && milestones.every(isAfter(milestones));
    if (!rising) {
      const got = JSON.stringify(milestones);
      throw new ArgumentError("StepScheduler", `milestones must be whole numbers > 0 that rise, got ${got}`);
    }
    this.initial = initial;
    this.milestones = [...milestones];
    this.decay = decay;
  }

  /** ηₜ for t = step. */
  rate(step: number): number {
    return (
      this.initial * wholePow(this.decay, this.milestones.filter((milestone) => milestone <= step).length)
    );
  }
}

/** Whether a milestone is a whole number behind the one before it. */
function isAfter(milestones: readonly number[]): (milestone: number, i: number) => boolean {
  return (milestone, i) => Number.isInteger(milestone) && milestone > (milestones[i - 1] ?? 0);
}
