import type { Plain } from "../plain";
import type { AbortSignal } from "../platform/AbortSignal";
import type { Params, Space } from "./space";

/** How an objective judges the params. */
export interface Outcome {
  /** What the study maximizes or minimizes. One that is not finite is recorded as a failed trial. */
  readonly value: number;
  /** What else is worth keeping of the trial. */
  readonly metrics?: Readonly<Record<string, Plain>>;
  /** Curves by name, one number an epoch; one that is not finite is kept as null. */
  readonly curves?: Readonly<Record<string, readonly (number | null)[] | Float32Array | Float64Array>>;
}

/** A finished trial, as the journal holds it. */
export interface Trial<S extends Space = Space> {
  /** Counted from 0. */
  readonly number: number;
  /** What was tried. */
  readonly params: Params<S>;
  /** How much was spent on it, where the sampler says so, as `successiveHalving` does. */
  readonly budget?: number;
  /** Null if it failed. */
  readonly value: number | null;
  /** Why it failed. */
  readonly error?: string;
  /** What else the objective gave. */
  readonly metrics?: Readonly<Record<string, Plain>>;
  /** The curves that the objective gave, one number an epoch. */
  readonly curves?: Readonly<Record<string, readonly (number | null)[]>>;
  /** The digest of the numerics of the worker, where they are not the study's (`--allow-other-numerics`). */
  readonly numerics?: string;
}

/** What an objective is told. */
export interface OpenTrial<S extends Space = Space> {
  /** Counted from 0. */
  readonly number: number;
  /** A copy of its own. */
  readonly params: Params<S>;
  /** How much to spend, in the unit of the sampler that says so. */
  readonly budget?: number;
  /** Tells how the value stands after an epoch, counted from 1; the study's `onReport` hears it. */
  readonly report: (epoch: number, value: number) => void;
  /** Aborted when the study is stopped: what the objective gives or throws afterwards is not recorded. */
  readonly signal: AbortSignal;
}

/** Whether the values of a study are to be large or small. */
export type Direction = "maximize" | "minimize";

/** Best first, the earlier one first where they are equal, failures last. For `sort`. */
export function byValue(direction: Direction): (a: Trial, b: Trial) => number {
  const sign = direction === "maximize" ? -1 : 1;
  const loss = ({ value }: Trial): number => (value === null ? Number.POSITIVE_INFINITY : sign * value);
  return (a, b) => (loss(a) === loss(b) ? a.number - b.number : loss(a) - loss(b));
}
