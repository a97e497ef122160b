import { checkNumbers } from "../checks";
import { ArgumentError } from "../errors";
import { unitOf } from "./unitOf";

/** What several runs of the same thing gave. */
export interface Spread {
  /** How many values there are. */
  readonly count: number;
  /** Their arithmetic mean. */
  readonly mean: number;
  /** √(Σ (vᵢ − mean)² / (count − 1)); NaN for a single value. */
  readonly standardDeviation: number;
  /** Of the mean: standardDeviation / √count. */
  readonly standardError: number;
  /** The smallest. */
  readonly low: number;
  /** The middle value, or the mean of the two in the middle. */
  readonly median: number;
  /** The largest. */
  readonly high: number;
}

/**
 * Describes the values that several runs gave, their differences to another kind of run, say.
 * @throws ArgumentError without values, or if one is not finite.
 */
export function spreadOf(values: ArrayLike<number>): Spread {
  checkNumbers("spreadOf", { values });
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  if (count === 0) throw new ArgumentError("spreadOf", "values must hold at least one value, got none");
  const unit = unitOf(sorted);
  const mean = sorted.reduce((sum, value) => sum + value / unit, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value / unit - mean) ** 2, 0);
  const standardDeviation = Math.sqrt(squares / (count - 1)) * unit;
  return {
    count,
    mean: mean * unit,
    standardDeviation,
    standardError: standardDeviation / Math.sqrt(count),
    low: sorted[0],
    median: ((sorted[(count - 1) >> 1] / unit + sorted[count >> 1] / unit) / 2) * unit,
    high: sorted[count - 1],
  };
}
