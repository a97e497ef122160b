import fc from "fast-check";
import { ArgumentError, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { spreadOf } from "../../lib/dist/metrics";
import { spreadSeries } from "../../lib/dist/plot";

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 });

describe("spreadOf", () => {
  test("is NumPy's mean, std(ddof=1), median, min and max", () => {
    const { count, mean, median, low, high, standardDeviation, standardError } = spreadOf([4, 1, 3, 8]);
    expect({ count, mean, median, low, high }).toEqual({ count: 4, mean: 4, median: 3.5, low: 1, high: 8 });
    expect(standardDeviation).toBeCloseTo(2.943920288775949, 14);
    expect(standardError).toBeCloseTo(1.4719601443879744, 14);
    expect(spreadOf([5, 2, 9]).median).toBe(5);
  });

  test("orders its figures, and moves with the values", () => {
    fc.assert(
      fc.property(values, (list) => {
        const { low, median, mean, high } = spreadOf(list);
        const slack = 1e-9 * Math.max(1, high - low, Math.abs(high), Math.abs(low));
        expect(low <= median && median <= high).toBe(true);
        expect(mean >= low - slack && mean <= high + slack).toBe(true);
        expect(spreadOf([...list].reverse())).toEqual(spreadOf(list));
      }),
    );
  });

  test("does not touch what it is given; a single value has no deviation", () => {
    const list = [3, 1, 2];
    spreadOf(list);
    expect(list).toEqual([3, 1, 2]);
    expect(spreadOf([7])).toMatchObject({ mean: 7, median: 7, standardDeviation: Number.NaN });
  });

  test.each([2 ** -1000, 2 ** 1020])("takes values of any size, here %d times as large", (unit) => {
    const { mean, standardDeviation, median } = spreadOf([1, 2, 4, 9].map((value) => value * unit));
    const plain = spreadOf([1, 2, 4, 9]);
    expect(mean / unit).toBeCloseTo(plain.mean, 12);
    expect(standardDeviation / unit).toBeCloseTo(plain.standardDeviation, 12);
    expect(median / unit).toBeCloseTo(plain.median, 12);
  });

  test("refuses no values and values that are not finite", () => {
    expect(() => spreadOf([])).toThrow(ArgumentError);
    expect(() => spreadOf([1, Number.NaN])).toThrow("spreadOf: values must be finite numbers, got NaN at 1");
  });
});

describe("spreadSeries", () => {
  test("is the median in a band from the lowest to the highest, place by place", () => {
    const runs = [[1, 5], Float64Array.of(2, 4), [9, 6]];
    expect(spreadSeries("h = 5", runs)).toEqual({
      name: "h = 5",
      y: [2, 5],
      band: { low: [1, 4], high: [9, 6] },
    });
    expect(spreadSeries("h = 5", runs, [10, 20]).x).toEqual([10, 20]);
  });

  test("refuses no runs and runs of different lengths", () => {
    expect(() => spreadSeries("a", [])).toThrow(ArgumentError);
    expect(() => spreadSeries("a", [[1, 2], [1]])).toThrow(ShapeError);
    expect(() => spreadSeries("a", [[1, 2], [1]])).toThrow(
      'series "a": runs must have as many values as the first, 2, got 1',
    );
  });
});
