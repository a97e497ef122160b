import { ArgumentError, RandomState, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { correlation } from "../../lib/dist/metrics";

describe("correlation", () => {
  test("is from −1 to 1", () => {
    const random = new RandomState(4);
    for (let i = 0; i < 200; i++) {
      const x = random.rand(5);
      const r = correlation(
        x,
        x.map((value) => value * 0.7 + 0.1),
      );
      expect(r).toBeLessThanOrEqual(1);
    }
  });

  test("is numpy.corrcoef's", () => {
    expect(correlation([1, 2, 3, 5], [2, 1, 4, 4])).toBeCloseTo(0.7481900559272088, 14);
  });

  test("is ±1 along a line, whatever its slope, and near 0 where nothing is shared", () => {
    const random = new RandomState(3);
    const x = random.randn(1000);
    expect(
      correlation(
        x,
        x.map((value) => 3 * value + 5),
      ),
    ).toBeCloseTo(1, 12);
    expect(
      correlation(
        x,
        x.map((value) => 5 - value / 7),
      ),
    ).toBeCloseTo(-1, 12);
    expect(Math.abs(correlation(x, random.randn(1000)))).toBeLessThan(0.1);
    expect(correlation([1e200, 2e200, 3e200], [1, 2, 3])).toBeCloseTo(1, 12);
    expect(correlation([1e-200, 2e-200, 3e-200], [1, 2, 3])).toBeCloseTo(1, 12);
  });

  test("is NaN of a constant, and refuses what is no pairs", () => {
    expect(correlation([1, 1], [1, 2])).toBeNaN();
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(() => correlation([1], [1])).toThrow(ArgumentError);
    expect(() => correlation([1, 2], [1])).toThrow(ShapeError);
  });
});
