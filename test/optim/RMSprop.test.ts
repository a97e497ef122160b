import {
  ArgumentError,
  CrossEntropyLoss,
  type DType,
  ExponentialScheduler,
  Linear,
  Parameter,
  RandomState,
  RMSprop,
  type RMSpropOptions,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

interface Fixture {
  weight: number[][];
  bias: number[];
  batches: { x: number[][]; labels: number[] }[];
  trajectories: {
    title: string;
    options: Omit<RMSpropOptions, "learningRate"> & {
      learningRate?: number;
      decay?: number;
      every?: number;
    };
    dtype: DType;
    steps: { loss: number; weight: number[]; bias: number[] }[];
  }[];
}

const { weight, bias, batches, trajectories } = readFixture<Fixture>("torch-rmsprop");

test.each(trajectories)("ten steps equal PyTorch's in $dtype: $title", ({ options, dtype, steps }) => {
  const { decay, every, ...constants } = options;
  const layer = new Linear(7, 5, { random: new RandomState(0), dtype });
  layer.weight.value.data.set(weight.flat());
  layer.bias.value.data.set(bias);
  const schedule =
    decay === undefined ? undefined : new ExponentialScheduler({ initial: 0.01, decay, every: every! });
  const rmsprop = new RMSprop(layer.parameters(), { learningRate: schedule, ...constants });
  const loss = new CrossEntropyLoss();
  const tolerance = dtype === "float32" ? 5e-6 : 1e-13;
  batches.forEach(({ x, labels }, step) => {
    rmsprop.zeroGrad();
    const value = loss.forward(layer.forward(Tensor.from(x, undefined, dtype)), labels);
    expectClose([value], [steps[step]!.loss], tolerance);
    layer.backward(loss.backward());
    rmsprop.step();
    expectClose(layer.weight.value.data, steps[step]!.weight, tolerance);
    expectClose(layer.bias.value.data, steps[step]!.bias, tolerance);
  });
});

function parameter(size: number, dtype: DType): Parameter {
  const made = new Parameter("weight", [size], dtype);
  made.value.data.set(randomTensor([size], { dtype, seed: 1 }).data);
  made.accumulate().into.data.set(randomTensor([size], { dtype, seed: 2 }).data);
  return made;
}

const KINDS: readonly RMSpropOptions[] = [
  {},
  { momentum: 0.9 },
  { centered: true },
  { momentum: 0.9, centered: true },
];

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each([1, 3, 17, 65])("two steps of %i values are the formula", (size) => {
    for (const options of KINDS) {
      const { momentum = 0, centered = false } = options;
      const it = parameter(size, dtype);
      const rmsprop = new RMSprop([it], { ...options, alpha: 0.9, weightDecay: 0.01 });
      const wanted = Array.from(it.value.data, (start, i) => {
        let [w, v, m, u] = [start, 0, 0, 0];
        for (let step = 0; step < 2; step++) {
          const g = it.grad.data[i]! + 0.01 * w;
          v = 0.9 * v + 0.1 * g * g;
          m = centered ? 0.9 * m + 0.1 * g : 0;
          u = momentum * u + g / (Math.sqrt(v - m * m) + 1e-8);
          w -= 0.01 * u;
        }
        return w;
      });
      rmsprop.step();
      rmsprop.step();
      expectClose(it.value.data, wanted, dtype === "float32" ? 5e-7 : 1e-14);
    }
  });

  test("the bits are the same on 1, 2 and 3 threads", async () => {
    const results: Tensor[] = [];
    for (const count of [1, 2, 3]) {
      const step = (): Tensor => {
        const it = parameter(100_003, dtype);
        const rmsprop = new RMSprop([it], { weightDecay: 0.1, momentum: 0.9, centered: true });
        rmsprop.step();
        rmsprop.step();
        return it.value;
      };
      results.push(await withThreads(count, step));
    }
    for (const result of results) expectSameBits(result.data, results[0]!.data);
  });

  test("what fades becomes 0, never subnormal, and NaN is not hidden", () => {
    const it = new Parameter("weight", [7], dtype);
    const gradients = dtype === "float32" ? [1e-10, 1e-17, 1e-20, 1e-30, 1e-44, 0] : [1e-90, 1e-160, 1e-310];
    it.accumulate().into.data.set([...gradients, Number.NaN]);
    const rmsprop = new RMSprop([it], { alpha: 0.9, momentum: 0.9, centered: true });
    rmsprop.step();
    expect(it.value.data[gradients.length]).toBeNaN();
    it.accumulate().into.data.fill(0);
    const smallest = dtype === "float32" ? 1.2e-38 : 2.3e-308;
    for (let step = 0; step < 6000; step++) {
      it.zeroGrad();
      rmsprop.step();
      for (const [remembered] of rmsprop.memory.values()) {
        const values = Array.from(remembered!.data);
        expect(values.filter((value) => value !== 0 && Math.abs(value) < smallest)).toEqual([]);
      }
    }
    for (const name of ["squares", "means", "velocity"]) {
      expect([...rmsprop.memory.get(name)![0]!.data.subarray(0, 3)]).toEqual([0, 0, 0]);
    }
  });

  test("gradients that are all alike, whose variance rounding may put below 0, give no NaN", () => {
    const it = new Parameter("weight", [64], dtype);
    const rmsprop = new RMSprop([it], { alpha: 0.5, centered: true });
    const gradients = randomTensor([64], { dtype });
    for (let step = 0; step < 200; step++) {
      it.zeroGrad();
      it.accumulate().into.data.set(gradients.data);
      rmsprop.step();
    }
    expect(it.value.data.every(Number.isFinite)).toBe(true);
  });

  test("a weight without a gradient stays where it is, however small epsilon is", () => {
    const it = new Parameter("weight", [5], dtype);
    it.value.data.fill(2);
    it.accumulate().into.data.fill(0);
    const rmsprop = new RMSprop([it], { epsilon: 1e-50 });
    rmsprop.step();
    expect([...it.value.data]).toEqual([2, 2, 2, 2, 2]);
  });
});

test("its rate is 0.01, its memory what it needs, and its settings say both", () => {
  const it = new Parameter("weight", [1], "float32");
  expect(new RMSprop([it]).learningRate).toBe(0.01);
  const names = KINDS.map((options) => [...new RMSprop([it], options).memory.keys()]);
  expect(names).toEqual([
    ["squares"],
    ["squares", "velocity"],
    ["squares", "means"],
    ["squares", "means", "velocity"],
  ]);
  expect(new RMSprop([it], { momentum: 0.5, centered: true }).settings).toEqual({
    kind: "RMSprop",
    schedule: { kind: "ConstantScheduler", initial: 0.01 },
    weightDecay: 0,
    decayBiases: false,
    alpha: 0.99,
    epsilon: 1e-8,
    momentum: 0.5,
    centered: true,
  });
});

test.each([
  [{ alpha: 1 }, "alpha must be in [0, 1), got 1"],
  [{ alpha: "0.9" as unknown as number }, 'alpha must be in [0, 1), got "0.9"'],
  [{ alpha: Number.NaN }, "alpha must be in [0, 1), got NaN"],
  [{ momentum: -0.1 }, "momentum must be in [0, 1), got -0.1"],
  [{ epsilon: 0 }, "epsilon must be a finite number > 0, got 0"],
  [{ epsilon: Infinity }, "epsilon must be a finite number > 0, got Infinity"],
  [{ centered: 1 as unknown as boolean }, "centered must be true or false, got 1"],
  [{ weightDecay: -1 }, "weightDecay must be a finite number ≥ 0, got -1"],
] as const)("refuses %o", (options, message) => {
  expect(() => new RMSprop([new Parameter("weight", [1], "float32")], options)).toThrow(
    new ArgumentError("RMSprop", message),
  );
});
