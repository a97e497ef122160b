import { checkNumbers } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { log } from "../tensor/accurateMath";
import { exp } from "../tensor/fdlibm";
import { unitOf } from "./unitOf";

/** Where two classifiers differ on the same samples; see `mcnemar`. */
export interface McNemar {
  /** How many samples only the first one classified right. */
  readonly onlyFirst: number;
  /** How many samples only the second one classified right. */
  readonly onlySecond: number;
  /** The probability of a difference as large as this, or larger, if both were equally good. */
  readonly p: number;
}

/**
 * Whether two classifiers that were tested on the same samples differ (McNemar 1947, exact): of the b + c samples that
 * only one of them got right, each goes to either with probability ½ if they are equally good, so with
 * k = min(b, c) p = min(1, 2 Σᵢ₌₀ᵏ C(b + c, i) / 2^(b+c)), which is `scipy.stats.binomtest(b, b + c).pvalue`.
 * @throws ShapeError unless all three have one number a sample; ArgumentError if one is no list of finite numbers, or
 * empty.
 */
export function mcnemar(
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): McNemar {
  checkNumbers("mcnemar", { labels, first, second });
  if (first.length !== labels.length || second.length !== labels.length) {
    const got = `${first.length} and ${second.length}`;
    throw new ShapeError("mcnemar", `predictions must be as many as labels, ${labels.length}, got ${got}`);
  }
  if (labels.length === 0) throw new ArgumentError("mcnemar", "labels must not be empty");
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let i = 0; i < labels.length; i++) {
    const [a, b] = [first[i] === labels[i], second[i] === labels[i]];
    if (a && !b) onlyFirst++;
    if (b && !a) onlySecond++;
  }
  return { onlyFirst, onlySecond, p: twoSided(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond) };
}

/** 2 P(X ≤ k) for X ~ Bin(n, ½), at most 1. The terms are summed from the largest to the smallest. */
function twoSided(k: number, n: number): number {
  let term = log(2) * -n;
  for (let i = 1; i <= k; i++) term += log((n - i + 1) / i);
  let sum = 0;
  for (let i = k; i >= 0; i--) {
    sum += exp(term);
    term += log(i / (n - i + 1) || 1);
  }
  return Math.min(1, 2 * sum);
}

/** More arrangements than this are not gone through. */
const MOST_ARRANGEMENTS = 2 ** 22;

/**
 * Whether the mean of paired differences is other than 0: p is the share of all 2ⁿ choices of their signs that give a
 * mean at least as far from 0 (Fisher's sign-flip test), `scipy.stats.permutation_test` with
 * `permutation_type="samples"`. Differences of the same seeds, folds or samples are paired.
 * @throws ArgumentError unless there are 1 to 22 finite differences.
 */
export function pairedPermutationTest(differences: ArrayLike<number>): number {
  const given = finite("pairedPermutationTest", "differences", differences);
  const unit = unitOf(given);
  const values = given.map((value) => value / unit);
  const arrangements = 2 ** values.length;
  if (arrangements > MOST_ARRANGEMENTS) {
    throw new ArgumentError("pairedPermutationTest", `differences must be at most 22, got ${values.length}`);
  }
  const sumOf = (signs: number): number =>
    values.reduce((sum, value, i) => sum + ((signs >> i) & 1 ? -value : value), 0);
  const found = Math.abs(sumOf(0)) - slackOf(values);
  let extreme = 0;
  for (let signs = 0; signs < arrangements; signs++) if (Math.abs(sumOf(signs)) >= found) extreme++;
  return extreme / arrangements;
}

/**
 * Whether two independent samples have different means: p is twice the share of all ways to deal their values into
 * groups of these sizes that give a difference of the means at least as far to the same side, at most 1;
 * `scipy.stats.permutation_test` with `permutation_type="independent"`.
 * @throws ArgumentError unless both are finite, not empty, and dealt in at most 2²² ways (11 and 11 are).
 */
export function permutationTest(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const a = finite("permutationTest", "first", first);
  const b = finite("permutationTest", "second", second);
  const unit = unitOf([...a, ...b]);
  const all = [...a, ...b].map((value) => value / unit);
  const ways = a.reduce((product, _, i) => (product * (all.length - i)) / (i + 1), 1);
  if (ways > MOST_ARRANGEMENTS) {
    throw new ArgumentError("permutationTest", `the samples must be dealt in at most 2²² ways, got ${ways}`);
  }
  const total = all.reduce((sum, value) => sum + value, 0);
  // mean(a) − mean(b) from Σ a alone.
  const difference = (sum: number): number => sum / a.length - (total - sum) / b.length;
  const found = difference(all.slice(0, a.length).reduce((sum, value) => sum + value, 0));
  const slack = slackOf(all);
  let above = 0;
  let below = 0;
  const deal = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      if (difference(sum) >= found - slack) above++;
      if (difference(sum) <= found + slack) below++;
      return;
    }
    for (let i = from; i <= all.length - left; i++) deal(i + 1, left - 1, sum + all[i]!);
  };
  deal(0, a.length, 0);
  return Math.min(1, (2 * Math.min(above, below)) / ways);
}

/** So much, in parts of the largest value, may sums of the same values in another order differ. */
function slackOf(values: readonly number[]): number {
  return 1e-12 * Math.max(...values.map(Math.abs));
}

/**
 * P-values corrected for being several, by Holm's step-down method (1979): the smallest of m is multiplied by m, the next
 * by m − 1, …, none above 1 and none below the one before. One below α says that its difference holds with an error of α
 * for all of them together. In the order given; `statsmodels.stats.multitest.multipletests(p, method="holm")`.
 * @throws ArgumentError unless all are from 0 to 1.
 */
export function holm(pValues: ArrayLike<number>): number[] {
  const p = finite("holm", "pValues", pValues);
  const bad = p.find((value) => !(value >= 0 && value <= 1));
  if (bad !== undefined) throw new ArgumentError("holm", `pValues must be from 0 to 1, got ${bad}`);
  const order = p.map((_, i) => i).sort((i, j) => p[i]! - p[j]!);
  const corrected = new Array<number>(p.length);
  let least = 0;
  order.forEach((i, rank) => {
    least = Math.max(least, Math.min(1, (p.length - rank) * p[i]!));
    corrected[i] = least;
  });
  return corrected;
}

function finite(where: string, name: string, values: ArrayLike<number>): number[] {
  checkNumbers(where, { [name]: values });
  const list = Array.from(values);
  if (list.length === 0) throw new ArgumentError(where, `${name} must not be empty`);
  return list;
}
