import {
  ArgumentError,
  clipGradNorm,
  ExponentialScheduler,
  Parameter,
  SGD,
  Tensor,
  WeightAverage,
  type WeightAverageOptions,
} from "scratch-nn";
import { expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

interface Fixture {
  start: number[];
  gradients: number[][];
  averages: {
    options: { decay: number | null; from: number; every: number };
    steps: (number[] | null)[];
  }[];
}

const { start, gradients, averages } = readFixture<Fixture>("torch-average");

function parameter(dtype: "float32" | "float64" = "float64", size = start.length): Parameter {
  const made = new Parameter("weight", [size], dtype);
  made.value.data.set(size === start.length ? start : randomTensor([size], { dtype }).data);
  return made;
}

function give(it: Parameter, gradient: ArrayLike<number>): void {
  it.zeroGrad();
  it.accumulate().into.data.set(gradient);
}

test.each(averages)("ten steps with $options equal PyTorch's", ({ options: { decay, ...rest }, steps }) => {
  for (const dtype of ["float32", "float64"] as const) {
    const [it, alone] = [parameter(dtype), parameter(dtype)];
    const options: WeightAverageOptions = decay === null ? rest : { decay, ...rest };
    const constants = { learningRate: 0.1, momentum: 0.5 };
    const optimizer = new WeightAverage(new SGD([it], constants), options);
    const plain = new SGD([alone], constants);
    gradients.forEach((gradient, i) => {
      give(it, gradient);
      give(alone, gradient);
      optimizer.step();
      plain.step();
      expectSameBits(it.value.data, alone.value.data);
      const wanted = steps[i];
      if (!wanted) return;
      const average = optimizer.during(() => it.value.clone());
      expectClose(average.data, wanted, dtype === "float32" ? 1e-6 : 1e-14);
      expectSameBits(it.value.data, alone.value.data);
    });
    optimizer.apply();
    expectClose(it.value.data, steps.at(-1)!, dtype === "float32" ? 1e-6 : 1e-14);
  }
});

test("it is the optimiser inside to all others", () => {
  const it = parameter();
  const learningRate = new ExponentialScheduler({ initial: 1, decay: 0.5, every: 1 });
  const inner = new SGD([it], { learningRate, momentum: 0.9 });
  const optimizer = new WeightAverage(inner, { decay: 0.9, from: 2 });
  give(it, gradients[0]!);
  expect(clipGradNorm(optimizer.parameters, 1)).toBeGreaterThan(1);
  optimizer.step();
  expect([optimizer.stepCount, optimizer.learningRate]).toEqual([1, 0.5]);
  optimizer.zeroGrad();
  expect(it.hasGrad).toBe(false);
  expect([...optimizer.memory.keys()]).toEqual(["velocity", "average"]);
  expect(optimizer.settings).toEqual({
    kind: "WeightAverage",
    decay: 0.9,
    from: 2,
    every: 1,
    optimizer: inner.settings,
  });
});

test("the bits are the same on 1, 2 and 3 threads", async () => {
  const results: Tensor[] = [];
  for (const count of [1, 2, 3]) {
    const compute = (): Tensor => {
      const it = parameter("float32", 100_003);
      const optimizer = new WeightAverage(new SGD([it], { learningRate: 0.1 }), { decay: 0.9 });
      for (const seed of [1, 2, 3]) {
        give(it, randomTensor([100_003], { seed }).data);
        optimizer.step();
      }
      optimizer.apply();
      return it.value;
    };
    results.push(await withThreads(count, compute));
  }
  for (const result of results) expectSameBits(result.data, results[0]!.data);
});

test("the weights come back after an error and a promise", () => {
  const it = parameter();
  const optimizer = new WeightAverage(new SGD([it], { learningRate: 0.1 }), { decay: 0.5 });
  for (const gradient of gradients) {
    give(it, gradient);
    optimizer.step();
  }
  const before = it.value.clone();
  const fail = (): void => {
    throw new Error("mine");
  };
  expect(() => optimizer.during(fail)).toThrow("mine");
  expectSameBits(it.value.data, before.data);
  expect(() => optimizer.during(async () => 1)).toThrow("WeightAverage.during: work must be synchronous");
  expectSameBits(it.value.data, before.data);
});

test("refuses what does not fit", () => {
  const sgd = new SGD([parameter()], { learningRate: 0.1 });
  const refused = (args: readonly unknown[], message: string): void => {
    expect(() => Reflect.construct(WeightAverage, args)).toThrow(new ArgumentError("WeightAverage", message));
  };
  refused([undefined], "optimizer must be an optimiser, got undefined");
  refused([sgd, { decay: 1 }], "decay must be in [0, 1), got 1");
  refused([sgd, { from: 0 }], "from must be a whole number > 0, got 0");
  refused([sgd, { every: 0.5 }], "every must be a whole number > 0, got 0.5");
  const optimizer = new WeightAverage(sgd, { from: 3 });
  refused([optimizer], "optimizer must be another kind, got a WeightAverage");
  const late = new SGD([parameter()], { learningRate: 0.1 });
  late.step();
  refused([late], "from must be behind the 1 steps that were taken, got 1");
  expect(() => optimizer.apply()).toThrow("WeightAverage.apply: step 3 must be taken first, got 0 steps");
  expect(() => optimizer.during(() => Tensor.zeros([1]))).toThrow("step 3 must be taken first, got 0 steps");
});
