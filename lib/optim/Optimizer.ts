import type { Parameter } from "../layers/Parameter";

/** Changes parameters along their gradients. */
export interface Optimizer {
  /** What it changes. */
  readonly parameters: readonly Parameter[];
  /** The learning rate of the step to come. */
  readonly learningRate: number;
  /** How many steps were taken. */
  readonly stepCount: number;
  /** One step along the gradients as they stand. */
  step(): void;
  /** Clears the gradients. */
  zeroGrad(): void;
}
