import type { Workload } from "./workloads";

/**
 * What a program of the benchmark is asked, one JSON object a line on its standard input: to work for that many
 * seconds, or, without them, to do the first unit three times and tell what came of it.
 */
export interface Request {
  readonly workload: Workload;
  readonly seconds?: number;
}

/** What it answers, one line on its standard output. The first line of all says that it is ready. */
export interface Reply {
  /** Units of work a second. */
  readonly rate?: number;
  /** The loss on the first batch, or `digest` of the product: the same number from every program. */
  readonly value?: number;
}

/** A workload set up from the seeds, the same in every program. */
export interface Work {
  /** The i-th unit of work: a training step on the i-th batch (they repeat), an evaluation, an answer, or the product. */
  step(i: number): void;
  value(): number;
  /** Gives back what the garbage collector does not. */
  end?(): void;
}

/**
 * The streams are NumPy's, so every program draws the same numbers: weights and operands, the batches, and data of normal
 * numbers.
 */
export const WEIGHT_SEED = 1;
export const BATCH_SEED = 2;
/** Of the normal numbers. */
export const DATA_SEED = 3;
/** How many batches are drawn beforehand. */
export const BATCHES = 256;
/** Units done before a value is told. */
export const CHECK_STEPS = 3;
/** Seconds worked before the clock starts: compilers settle, threads wake. */
export const WARM_UP = 0.5;

/** Σ f·C_f / (M·N) over the flat product: depends on every value and its place. */
export function digest(product: ArrayLike<number>): number {
  let sum = 0;
  for (let f = 0; f < product.length; f++) sum += f * product[f]!;
  return sum / product.length;
}
