import { type DType, Sigmoid, Softmax, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { randomTensor } from "../helpers/randomTensor";

/** Relative error, with Math.exp in float64 as the reference, in units of the dtype's rounding. */
const BOUNDS: Record<DType, number> = { float32: 2.5e-7, float64: 6e-16 };

/** Points over the whole range, 17 of them so that the last ones miss the vectors. */
function points(from: number, to: number): number[] {
  return Array.from({ length: 20_001 }, (_, i) => from + ((to - from) * i) / 20_000);
}

describe.each(["float32", "float64"] as const)("the exponential in %s", (dtype) => {
  const bound = BOUNDS[dtype];

  test("through Sigmoid", () => {
    const x = Tensor.from(points(-60, 60), undefined, dtype);
    const y = new Sigmoid().forward(x);
    let worst = 0;
    x.data.forEach((value, i) => {
      const wanted = 1 / (1 + Math.exp(-value));
      worst = Math.max(worst, Math.abs(y.data[i]! - wanted) / wanted);
    });
    expect(worst).toBeLessThan(bound);
  });

  test("through Softmax: a row of two is a quotient of exponentials", () => {
    // The larger logit is 0, so that nothing is lost before the exponential.
    const x = Tensor.from(
      points(-79, 0).flatMap((value) => [value, 0]),
      [20_001, 2],
      dtype,
    );
    const y = new Softmax().forward(x);
    let worst = 0;
    for (let i = 0; i < x.size; i += 2) {
      const e = Math.exp(x.data[i]!);
      worst = Math.max(worst, Math.abs(y.data[i]! / (e / (1 + e)) - 1));
    }
    expect(worst).toBeLessThan(bound);
  });

  test("the values beside the vectors equal those in them", () => {
    const x = randomTensor([17], { dtype });
    const all = new Sigmoid().forward(x).clone();
    for (let i = 0; i < 17; i++) {
      const one = new Sigmoid().forward(Tensor.from([x.data[i]!], undefined, dtype));
      expect(one.data[0]).toBe(all.data[i]);
    }
  });

  test("extremes saturate without NaN", () => {
    const x = [1000, -1000, Infinity, -Infinity, 0, -0, 88, -88, 709, -709];
    const y = new Sigmoid().forward(Tensor.from(x, undefined, dtype));
    expect([...y.data.subarray(0, 6)]).toEqual([
      1,
      expect.closeTo(0, 30),
      1,
      expect.closeTo(0, 30),
      0.5,
      0.5,
    ]);
    expect(y.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const p = new Softmax().forward(
      Tensor.from(
        [
          [1000, -1000, 0],
          [-1000, -1000, -1000],
          [1e30, 1e30, -1e30],
        ],
        undefined,
        dtype,
      ),
    );
    const third = Math.fround(1 / 3);
    const wanted = [1, 0, 0, third, third, third, 0.5, 0.5, 0];
    wanted.forEach((value, i) => {
      expect(p.data[i]).toBeCloseTo(value, 6);
    });
  });

  test("Sigmoid is 0 or a normal number, and so is its derivative's factor", () => {
    const [end, least] = dtype === "float32" ? [-87, 2 ** -126] : [-708, 2 ** -1022];
    const x = Tensor.from([...points(end - 5, end + 5), end, -Infinity], undefined, dtype);
    const sigmoid = new Sigmoid();
    const y = sigmoid.forward(x);
    x.data.forEach((value, i) => {
      if (value < end) expect(y.data[i]).toBe(0);
      else expect(y.data[i]).toBeGreaterThanOrEqual(least);
    });
    expect(sigmoid.backward(Tensor.ones(x.shape, dtype)).data).toEqual(y.data);
  });

  test("NaN stays NaN", () => {
    const x = Tensor.from([Number.NaN, 1, 2, 3, 4, 5, 6, 7, Number.NaN], undefined, dtype);
    const y = new Sigmoid().forward(x);
    expect([...y.data].map(Number.isNaN)).toEqual([...x.data].map(Number.isNaN));
    const p = new Softmax().forward(x.reshape([3, 3]));
    expect([...p.data].map(Number.isNaN)).toEqual([true, true, true, false, false, false, true, true, true]);
  });
});
