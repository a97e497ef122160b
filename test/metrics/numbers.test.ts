import { ArgumentError, metrics } from "scratch-nn";
import { describe, expect, test } from "vitest";

/** What is no number, and where a list has it first. */
const odd: readonly (readonly [string, readonly unknown[], number])[] = [
  ["NaN", [1, Number.NaN], 1],
  ["Infinity", [Number.POSITIVE_INFINITY, 1], 0],
  ['"cat"', ["cat", 1], 0],
  ["true", [1, true], 1],
  ["null", [null, 1], 0],
  ["undefined", Object.assign([1, 1], { length: 3 }), 2],
  ["an array of 1", [1, [1]], 1],
];

const functions: Readonly<Record<string, (list: number[]) => unknown>> = {
  accuracy: (list) => metrics.accuracy(list, list),
  classificationReport: (list) => metrics.classificationReport(list, list),
  confusionMatrix: (list) => metrics.confusionMatrix(list, list),
  correlation: (list) => metrics.correlation(list, list),
  holm: (list) => metrics.holm(list),
  mcnemar: (list) => metrics.mcnemar(list, list, list),
  pairedPermutationTest: (list) => metrics.pairedPermutationTest(list),
  permutationTest: (list) => metrics.permutationTest(list, list),
  spreadOf: (list) => metrics.spreadOf(list),
};

test("every function of the room is tried", () => {
  const all = Object.entries(metrics).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(Object.keys(functions)).toEqual(all.sort());
});

describe.each(Object.entries(functions))("%s", (name, call) => {
  test.each(odd)("refuses %s in a list", (words, list, place) => {
    expect(() => call(list as number[])).toThrow(ArgumentError);
    expect(() => call(list as number[])).toThrow(
      new RegExp(`^${name}: \\w+ must be finite numbers, got ${words} at ${place}$`),
    );
  });

  test("refuses an empty list", () => {
    expect(() => call([])).toThrow(ArgumentError);
  });
});
