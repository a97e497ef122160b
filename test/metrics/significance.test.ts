import { ArgumentError, metrics, ShapeError } from "scratch-nn";
import { expect, test } from "vitest";
import { readFixture } from "../helpers/readFixture";

const { holm, mcnemar, pairedPermutationTest, permutationTest } = metrics;

const scipy = readFixture<{
  readonly binomial: readonly { readonly b: number; readonly c: number; readonly p: number }[];
  readonly independent: readonly { readonly a: number[]; readonly b: number[]; readonly p: number }[];
  readonly paired: readonly { readonly d: number[]; readonly p: number }[];
}>("scipy-significance");

function expectP(got: number, wanted: number): void {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-11 * wanted);
}

/** Predictions of two classifiers: b that only the first has right, c only the second, 4 both and 3 neither. */
function predictions(b: number, c: number): [number[], number[], number[]] {
  const rows = [
    ...Array(b).fill([1, 1, 0]),
    ...Array(c).fill([2, 0, 2]),
    ...Array(4).fill([3, 3, 3]),
    ...Array(3).fill([4, 5, 6]),
  ];
  return [0, 1, 2].map((column) => rows.map((row) => row[column])) as [number[], number[], number[]];
}

test.each(scipy.binomial)("McNemar's exact test of $b and $c is SciPy's", ({ b, c, p }) => {
  const found = mcnemar(...predictions(b, c));
  expect([found.onlyFirst, found.onlySecond]).toEqual([b, c]);
  expectP(found.p, p);
});

test.each(scipy.independent)("two samples: $p", ({ a, b, p }) => {
  expectP(permutationTest(a, b), p);
  expectP(permutationTest(b, a), p);
});

test.each(scipy.paired)("pairs: $p", ({ d, p }) => {
  expectP(pairedPermutationTest(d), p);
  expectP(pairedPermutationTest(d.map((x) => -x)), p);
});

test("equal values are no difference", () => {
  expect(pairedPermutationTest([0, 0, 0])).toBe(1);
  expect(permutationTest([2, 2], [2, 2, 2])).toBe(1);
});

test.each([1e-300, 1e308])("the unit is no matter: %d", (unit) => {
  const values = [1, 0.9, 0.8, -0.1].map((value) => value * unit);
  expect(pairedPermutationTest(values)).toBe(pairedPermutationTest([1, 0.9, 0.8, -0.1]));
  expect(permutationTest(values, [-unit, 0])).toBe(permutationTest([1, 0.9, 0.8, -0.1], [-1, 0]));
});

test("Holm's correction keeps the order and rises", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([0.2])).toEqual([0.2]);
});

test.each([
  [() => mcnemar([1, 2], [1], [1, 2]), ShapeError, /as many as labels, 2, got 1 and 2/],
  [() => permutationTest([], [1]), ArgumentError, /first must not be empty/],
  [() => permutationTest([1], [Number.NaN]), ArgumentError, /second must be finite numbers, got NaN at 0/],
  [() => permutationTest(Array(20).fill(1), Array(20).fill(2)), ArgumentError, /at most 2²² ways/],
  [() => pairedPermutationTest(Array(23).fill(1)), ArgumentError, /at most 22, got 23/],
  [() => holm([0.1, 1.5]), ArgumentError, /from 0 to 1, got 1.5/],
])("refuses %s", (call, kind, message) => {
  expect(call).toThrow(kind);
  expect(call).toThrow(message);
});
