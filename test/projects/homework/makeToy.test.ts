import { ArgumentError, RandomState } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { makeToy, tinySets } from "../../../lib/dist/projects/homework";

/** Distances from the origin of the points of a class. */
function distances(
  { inputs, labels }: { inputs: ArrayLike<number>; labels: ArrayLike<number> },
  label: number,
) {
  return Array.from(labels, (_, i) => i)
    .filter((i) => labels[i] === label)
    .map((i) => Math.hypot(inputs[2 * i], inputs[2 * i + 1]));
}

describe("makeToy", () => {
  test("is a disc in a ring, half of the points of each class", () => {
    const { train, test: held } = makeToy(new RandomState(1));
    for (const part of [train, held]) {
      expect([part.count, part.sampleShape, part.classes]).toEqual([200, [2], 2]);
      const [inner, outer] = [0, 1].map((label) => distances(part, label));
      expect([inner.length, outer.length]).toEqual([100, 100]);
      expect(Math.max(...inner)).toBeLessThan(0.4);
      expect(Math.min(...outer)).toBeGreaterThanOrEqual(0.6);
      expect(Math.max(...outer)).toBeLessThan(0.9);
    }
  });

  test("fills disc and ring evenly: half of the points lie inside the circle that halves the area", () => {
    const { train } = makeToy(new RandomState(2), 20_000);
    for (const [label, half] of [0.16 / 2, (0.36 + 0.81) / 2].entries()) {
      const within = distances(train, label).filter((distance) => distance ** 2 < half).length;
      expect(Math.abs(within - 5_000)).toBeLessThan(4 * 50);
    }
  });

  test("is a function of the stream: the same seed, the same points; train and test differ", () => {
    const [a, b] = [7, 7].map((seed) => makeToy(new RandomState(seed), 10));
    expect(a).toEqual(b);
    expect(a.train.inputs).not.toEqual(a.test.inputs);
    expect(makeToy(new RandomState(8), 10)).not.toEqual(a);
  });

  test("refuses a count that is not even, whole and above 0", () => {
    for (const count of [0, -2, 3, 2.5, Number.NaN]) {
      expect(() => makeToy(new RandomState(1), count)).toThrow(ArgumentError);
    }
    expect(() => makeToy(new RandomState(1), 3)).toThrow(
      "makeToy: count must be an even whole number > 0, got 3",
    );
  });
});

test("a stream or a folder that is none is answered in words", () => {
  const call =
    (f: unknown, ...args: unknown[]) =>
    () =>
      (f as (...args: unknown[]) => unknown)(...args);
  expect(call(makeToy)).toThrow(new ArgumentError("makeToy", "random must be a RandomState, got undefined"));
  expect(call(tinySets, new RandomState(1), 5)).toThrow(
    new ArgumentError("tinySets", 'folder must be a text such as "models/x", got 5'),
  );
});
