import type { Parameter } from "../layers/Parameter";
import type { Tensor } from "../tensor/Tensor";
import type { EpochScores } from "./Scheduler";

/** Changes parameters along their gradients. */
export interface Optimizer {
  /** What it changes. */
  readonly parameters: readonly Parameter[];
  /** The learning rate of the step to come. */
  readonly learningRate: number;
  /** How many steps were taken; set only to go on with a training that was saved. */
  stepCount: number;
  /** Its kind and constants as plain data: two optimisers with the same ones take the same steps. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The tensors it remembers from step to step, by name (`velocity`), one for each parameter. */
  readonly memory: ReadonlyMap<string, readonly Tensor[]>;
  /** One step along the gradients as they stand. */
  step(): void;
  /** Clears the gradients. */
  zeroGrad(): void;
  /** Hears of all epochs of the training so far; see `Scheduler.observe`. */
  observe?(epochs: readonly EpochScores[]): void;
}
