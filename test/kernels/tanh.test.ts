import { type DType, Tanh, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { randomTensor } from "../helpers/randomTensor";

/** Relative error, with Math.tanh in float64 as the reference. */
const BOUNDS: Record<DType, number> = { float32: 2.5e-7, float64: 6e-16 };

describe.each(["float32", "float64"] as const)("the hyperbolic tangent in %s", (dtype) => {
  const tanh = (values: ArrayLike<number>): Tensor =>
    new Tanh().forward(Tensor.from(values, undefined, dtype));

  test.each([
    [-25, 25],
    [-0.7, 0.7],
    [-1e-8, 1e-8],
  ])("from %d to %d", (from, to) => {
    const x = Tensor.from(
      Array.from({ length: 20_001 }, (_, i) => from + ((to - from) * i) / 20_000),
      undefined,
      dtype,
    );
    const y = new Tanh().forward(x);
    let worst = 0;
    x.data.forEach((value, i) => {
      const wanted = Math.tanh(value);
      if (wanted !== 0) worst = Math.max(worst, Math.abs(y.data[i]! / wanted - 1));
    });
    expect(worst).toBeLessThan(BOUNDS[dtype]);
  });

  test("extremes, zeros and NaN", () => {
    expect([...tanh([1000, -1000, Infinity, -Infinity, 0, -0, Number.NaN]).data]).toEqual([
      1,
      -1,
      1,
      -1,
      0,
      -0,
      Number.NaN,
    ]);
  });

  test("is odd, and the values beside the vectors equal those in them", () => {
    const x = randomTensor([17], { dtype });
    const all = tanh(x.data);
    x.data.forEach((value, i) => {
      expect(tanh([value]).data[0]).toBe(all.data[i]);
      expect(tanh([-value]).data[0]).toBe(-all.data[i]!);
    });
  });
});
