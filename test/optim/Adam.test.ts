import {
  Adam,
  type AdamOptions,
  ArgumentError,
  CrossEntropyLoss,
  clipGradNorm,
  type DType,
  ExponentialScheduler,
  Linear,
  Parameter,
  RandomState,
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
    options: Omit<AdamOptions, "learningRate"> & {
      learningRate?: number;
      decay?: number;
      every?: number;
      clipNorm?: number;
    };
    dtype: DType;
    steps: { loss: number; norm: number | null; weight: number[]; bias: number[] }[];
  }[];
}

const { weight, bias, batches, trajectories } = readFixture<Fixture>("torch-adam");

test.each(trajectories)("ten steps equal PyTorch's in $dtype: $title", ({ options, dtype, steps }) => {
  const { learningRate: initial = 0.05, decay, every, clipNorm, ...rest } = options;
  const layer = new Linear(7, 5, { random: new RandomState(0), dtype });
  layer.weight.value.data.set(weight.flat());
  layer.bias.value.data.set(bias);
  const learningRate =
    decay === undefined ? initial : new ExponentialScheduler({ initial, decay, every: every! });
  const adam = new Adam(layer.parameters(), { learningRate, ...rest });
  const loss = new CrossEntropyLoss();
  const tolerance = dtype === "float32" ? 5e-6 : 1e-13;
  batches.forEach(({ x, labels }, step) => {
    expect(adam.stepCount).toBe(step);
    const wanted = steps[step]!;
    adam.zeroGrad();
    expectClose(
      [loss.forward(layer.forward(Tensor.from(x, undefined, dtype)), labels)],
      [wanted.loss],
      tolerance,
    );
    layer.backward(loss.backward());
    if (clipNorm !== undefined) {
      expectClose([clipGradNorm(adam.parameters, clipNorm)], [wanted.norm!], tolerance);
    }
    adam.step();
    expectClose(layer.weight.value.data, wanted.weight, tolerance);
    expectClose(layer.bias.value.data, wanted.bias, tolerance);
  });
});

function parameter(size: number, dtype: DType): Parameter {
  const made = new Parameter("weight", [size], dtype);
  made.value.data.set(randomTensor([size], { dtype, seed: 1 }).data);
  made.accumulate().into.data.set(randomTensor([size], { dtype, seed: 2 }).data);
  return made;
}

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each([1, 3, 17, 65])("two steps of %i values are the formula", (size) => {
    const it = parameter(size, dtype);
    const adam = new Adam([it], { learningRate: 0.1, weightDecay: 0.01 });
    const [w, m, v] = [Float64Array.from(it.value.data), new Float64Array(size), new Float64Array(size)];
    for (const t of [1, 2]) {
      adam.step();
      for (let i = 0; i < size; i++) {
        const g = it.grad.data[i]! + 0.01 * w[i]!;
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        w[i]! -= (0.1 * (m[i]! / (1 - 0.9 ** t))) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8);
      }
      expectClose(it.value.data, w, dtype === "float32" ? 5e-7 : 1e-14);
    }
  });

  test("the bits are the same on 1, 2 and 3 threads", async () => {
    const results: Tensor[] = [];
    for (const count of [1, 2, 3]) {
      const step = (): Tensor => {
        const it = parameter(100_003, dtype);
        const adam = new Adam([it], { weightDecay: 0.1, decoupled: true });
        adam.step();
        adam.step();
        return it.value;
      };
      results.push(await withThreads(count, step));
    }
    for (const result of results) expectSameBits(result.data, results[0]!.data);
  });

  test("moments that fade become 0, never subnormal, and NaN is not hidden", () => {
    const it = new Parameter("weight", [7], dtype);
    const gradients = dtype === "float32" ? [1e-10, 1e-17, 1e-20, 1e-30, 1e-44, 0] : [1e-90, 1e-160, 1e-310];
    it.accumulate().into.data.set([...gradients, Number.NaN]);
    const adam = new Adam([it]);
    adam.step();
    expect(it.value.data[gradients.length]).toBeNaN();
    it.accumulate().into.data.fill(0);
    const smallest = dtype === "float32" ? 1.2e-38 : 2.3e-308;
    for (let step = 0; step < 3000; step++) {
      it.zeroGrad();
      adam.step();
      for (const [moment] of adam.memory.values()) {
        const values = Array.from(moment!.data);
        expect(values.filter((value) => value !== 0 && Math.abs(value) < smallest)).toEqual([]);
      }
    }
    expect([...adam.memory.get("firstMoment")![0]!.data.subarray(0, 3)]).toEqual([0, 0, 0]);
  });
});

test("its learning rate is 0.001 unless told otherwise, by a number or a schedule", () => {
  const undecided = undefined as unknown as number;
  expect(new Adam([new Parameter("weight", [1], "float32")]).learningRate).toBe(0.001);
  expect(new Adam([new Parameter("weight", [1], "float32")], { learningRate: undecided }).learningRate).toBe(
    0.001,
  );
  const adam = new Adam([new Parameter("weight", [1], "float32")], {
    learningRate: new ExponentialScheduler({ initial: 1, decay: 0.5, every: 1 }),
  });
  adam.step();
  expect(adam.learningRate).toBe(0.5);
});

/** What PyTorch does in float64, step by step: the gradients of one weight, and where they take it from 0. */
function torchAdam(gradients: readonly number[], beta1: number, beta2: number, epsilon: number): number {
  let [w, m, v] = [0, 0, 0];
  gradients.forEach((g, i) => {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const bias = Math.sqrt(1 - beta2 ** (i + 1));
    w -= ((0.1 / (1 - beta1 ** (i + 1))) * m) / (Math.sqrt(v) / bias + epsilon);
  });
  return w;
}

describe.each(["float32", "float64"] as const)("where digits could be lost, in %s", (dtype) => {
  const tolerance = dtype === "float32" ? 2e-6 : 1e-13;
  const large = [1e4, 0.7, 0.7, -3e3, 1e-3, 1e-3];

  test.each([
    ["β₂ = 0", large, 0.9, 0, 1e-8],
    ["both 0", large, 0, 0, 1e-8],
    ["β₂ tiny", large, 0.9, 1e-10, 1e-8],
    ["β₁ tiny", large, 1e-6, 0.999, 1e-8],
    ["β₂ = 0.4", large, 0.3, 0.4, 1e-8],
    ["ε = 1e-12", [1e-13, 2e-13, 1e-14], 0.9, 0.999, 1e-12],
    ["ε = 1e-16", [1e-17, 3e-17, -1e-17], 0.9, 0.999, 1e-16],
    ["ε = 1e-18", [1e-16, 3e-17, -1e-17], 0.5, 0.9, 1e-18],
    ["ε = 1e-50 and a weight without a gradient", [0, 0, 0], 0.9, 0.999, 1e-50],
    ["ε = 1e-50", [0.5, -0.1, 0.3], 0.9, 0.999, 1e-50],
  ] as const)("the steps are PyTorch's: %s", (_, gradients, beta1, beta2, epsilon) => {
    const it = new Parameter("weight", [5], dtype);
    const adam = new Adam([it], { learningRate: 0.1, beta1, beta2, epsilon });
    for (const g of gradients) {
      it.zeroGrad();
      it.accumulate().into.data.fill(g);
      adam.step();
    }
    const wanted = torchAdam(gradients, beta1, beta2, epsilon);
    expectClose(it.value.data, new Float64Array(5).fill(wanted), tolerance);
  });
});

describe("refuses", () => {
  const refused = (options: AdamOptions, message: string): void => {
    expect(() => new Adam([new Parameter("weight", [1], "float32")], options)).toThrow(
      new ArgumentError("Adam", message),
    );
  };

  test("a beta outside [0, 1)", () => {
    for (const beta of [-0.1, 1, Number.NaN]) {
      refused({ beta1: beta }, `beta1 must be in [0, 1), got ${beta}`);
      refused({ beta2: beta }, `beta2 must be in [0, 1), got ${beta}`);
    }
  });

  test("an epsilon, a weight decay or a learning rate outside its domain", () => {
    for (const value of [-1, Infinity, Number.NaN]) {
      refused({ epsilon: value }, `epsilon must be a finite number > 0, got ${value}`);
      refused({ weightDecay: value }, `weightDecay must be a finite number ≥ 0, got ${value}`);
      refused(
        { learningRate: value },
        `learningRate must be a finite number ≥ 0 or a schedule, got ${value}`,
      );
    }
    refused({ epsilon: 0 }, "epsilon must be a finite number > 0, got 0");
  });
});
