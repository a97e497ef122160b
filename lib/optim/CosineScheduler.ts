import { checkCounts, checkOptions } from "../checks";
import { cosPi } from "../tensor/cosPi";
import { checkRate, type Scheduler } from "./Scheduler";

/** Where the rate begins and ends, and how long it takes. */
export interface CosineSchedulerOptions {
  /** η₀. */
  readonly initial: number;
  /** T, in optimiser steps. */
  readonly steps: number;
  /** The rate at the end (default: 0). */
  readonly final?: number;
}

/**
 * The rate falls along half a cosine: ηₜ = η_T + (η₀ − η_T) (1 + cos(π t / T)) / 2, and stays at η_T after T steps
 * (Loshchilov and Hutter 2017, without restarts; `torch.optim.lr_scheduler.CosineAnnealingLR` up to T).
 * @throws ArgumentError unless initial and final are finite and ≥ 0 and steps is a whole number > 0.
 */
export class CosineScheduler implements Scheduler {
  readonly initial: number;
  readonly steps: number;
  readonly final: number;

  constructor(options: CosineSchedulerOptions) {
    checkOptions("CosineScheduler", options, ["initial", "steps", "final"]);
    const { initial, steps, final = 0 } = options;
    checkRate("CosineScheduler", initial);
    checkRate("CosineScheduler", final);
    checkCounts("CosineScheduler", { steps });
    this.initial = initial;
    this.steps = steps;
    this.final = final;
  }

  /** ηₜ for t = step. */
  rate(step: number): number {
    return cosineBetween(this.initial, this.final, step / this.steps);
  }
}

/** From `start` to `end` along half a cosine, u of the way: at `end` for u ≥ 1. */
export function cosineBetween(start: number, end: number, u: number): number {
  return end + ((start - end) / 2) * (1 + cosPi(Math.min(u, 1)));
}
