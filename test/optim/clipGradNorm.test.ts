import {
  ArgumentError,
  clipGradNorm,
  DivergenceError,
  type DType,
  Linear,
  Parameter,
  RandomState,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

function parameter(size: number, dtype: DType, seed = 1): Parameter {
  const made = new Parameter("weight", [size], dtype);
  made.accumulate().into.data.set(randomTensor([size], { dtype, seed }).data);
  return made;
}

function normOf(parameters: readonly Parameter[]): number {
  const squares = parameters.flatMap(({ grad }) => Array.from(grad.data, (g) => g * g));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each([1, 3, 17, 65, 4096, 10_001])("gradients of %i and 5 values", (size) => {
    const parameters = [parameter(size, dtype), parameter(5, dtype, 2)];
    const before = parameters.map(({ grad }) => grad.clone());
    const norm = normOf(parameters);
    expect(clipGradNorm(parameters, 2 * norm) / norm).toBeCloseTo(1, 12);
    parameters.forEach(({ grad }, i) => {
      expectSameBits(grad.data, before[i]!.data);
    });
    expect(clipGradNorm(parameters, norm / 4) / norm).toBeCloseTo(1, 12);
    expect((4 * normOf(parameters)) / norm).toBeCloseTo(1, 5);
    parameters.forEach(({ grad }, i) => {
      grad.data.forEach((g, j) => {
        expect(4 * g).toBeCloseTo(before[i]!.data[j]!, 5);
      });
    });
  });

  test("the bits are the same on 1, 2 and 3 threads", async () => {
    const results: [number, Parameter][] = [];
    for (const count of [1, 2, 3]) {
      await withThreads(count, () => {
        const it = parameter(300_001, dtype);
        results.push([clipGradNorm([it], 1), it]);
      });
    }
    for (const [norm, { grad }] of results) {
      expect(norm).toBe(results[0]![0]);
      expectSameBits(grad.data, results[0]![1].grad.data);
    }
  });
});

test("squares that would overflow in float32 do not", () => {
  const it = new Parameter("weight", [2], "float32");
  it.accumulate().into.data.set([3e30, -4e30]);
  expect(clipGradNorm([it], 5) / 5e30).toBeCloseTo(1, 6);
  expect([...it.grad.data].map((g) => g.toFixed(5))).toEqual(["3.00000", "-4.00000"]);
});

test("a deferred gradient counts, one that was cleared does not", () => {
  const x = randomTensor([30, 40], { density: 0.1 });
  const gradient = (deferred: boolean): [number, Parameter] => {
    const layer = new Linear(40, 20, { random: new RandomState(1) });
    const dy = layer.forward(x).clone();
    layer.zeroGrad();
    if (deferred) layer.backwardParameters(dy);
    else layer.backward(dy);
    return [clipGradNorm(layer.parameters(), 1), layer.weight];
  };
  const [[norm, weight], [again, other]] = [gradient(true), gradient(false)];
  expect([norm, norm > 1]).toEqual([again, true]);
  expectSameBits(weight.grad.data, other.grad.data);
  weight.zeroGrad();
  expect(clipGradNorm([weight], 1)).toBe(0);
  expect(clipGradNorm([], 1)).toBe(0);
});

describe("refuses", () => {
  test("a maxNorm that is no finite number > 0", () => {
    for (const maxNorm of [0, -1, Infinity, Number.NaN]) {
      expect(() => clipGradNorm([], maxNorm)).toThrow(
        new ArgumentError("clipGradNorm", `maxNorm must be a finite number > 0, got ${maxNorm}`),
      );
    }
  });

  test("gradients that are not finite, and leaves them as they are", () => {
    for (const [bad, norm] of [
      [Infinity, Infinity],
      [Number.NaN, Number.NaN],
    ]) {
      const it = new Parameter("weight", [3], "float64");
      it.accumulate().into.data.set([5, bad!, 7]);
      expect(() => clipGradNorm([it], 1)).toThrow(
        new DivergenceError("clipGradNorm", `the norm of the gradients must be finite, got ${norm}`),
      );
      expect([...it.grad.data]).toEqual([5, bad, 7]);
    }
  });
});
