import {
  Adam,
  ArgumentError,
  CrossEntropyLoss,
  type DType,
  ExponentialScheduler,
  Linear,
  Parameter,
  RandomState,
  SGD,
  type SGDOptions,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

interface Fixture {
  learningRate: number;
  weight: number[][];
  bias: number[];
  batches: { x: number[][]; labels: number[] }[];
  trajectories: {
    title: string;
    options: Omit<SGDOptions, "learningRate"> & { decay?: number; every?: number };
    dtype: DType;
    steps: { loss: number; weight: number[]; bias: number[] }[];
  }[];
}

const { learningRate, weight, bias, batches, trajectories } = readFixture<Fixture>("torch-sgd");

test.each(trajectories)("ten steps equal PyTorch's in $dtype: $title", ({ options, dtype, steps }) => {
  const { decay, every, ...rest } = options;
  const layer = new Linear(7, 5, { random: new RandomState(0), dtype });
  layer.weight.value.data.set(weight.flat());
  layer.bias.value.data.set(bias);
  const schedule =
    decay === undefined
      ? learningRate
      : new ExponentialScheduler({ initial: learningRate, decay, every: every! });
  const sgd = new SGD(layer.parameters(), { learningRate: schedule, ...rest });
  const loss = new CrossEntropyLoss();
  const tolerance = dtype === "float32" ? 3e-6 : 1e-13;
  batches.forEach(({ x, labels }, step) => {
    expect(sgd.stepCount).toBe(step);
    sgd.zeroGrad();
    expectClose(
      [loss.forward(layer.forward(Tensor.from(x, undefined, dtype)), labels)],
      [steps[step]!.loss],
      tolerance,
    );
    layer.backward(loss.backward());
    sgd.step();
    expectClose(layer.weight.value.data, steps[step]!.weight, tolerance);
    expectClose(layer.bias.value.data, steps[step]!.bias, tolerance);
  });
});

function parameter(size: number, dtype: DType = "float32"): Parameter {
  const made = new Parameter("weight", [size], dtype);
  made.value.data.set(randomTensor([size], { dtype, seed: 1 }).data);
  made.accumulate().into.data.set(randomTensor([size], { dtype, seed: 2 }).data);
  return made;
}

describe.each(["float32", "float64"] as const)("one step in %s", (dtype) => {
  const rate = 0.1;
  const decay = 0.01;

  test.each([1, 3, 17, 65])("of %i values is the formula", (size) => {
    for (const weightDecay of [0, decay]) {
      const it = parameter(size, dtype);
      const wanted = it.value.data.map((w, i) => w - rate * (it.grad.data[i]! + weightDecay * w));
      new SGD([it], { learningRate: rate, weightDecay }).step();
      expectClose(it.value.data, wanted, dtype === "float32" ? 2e-7 : 4e-16);
    }
  });

  test("of many values has the same bits on 1, 2 and 3 threads", async () => {
    for (const options of [
      {},
      { weightDecay: decay },
      { weightDecay: decay, momentum: 0.9, nesterov: true },
    ]) {
      const results: Tensor[] = [];
      for (const count of [1, 2, 3]) {
        results.push(
          await withThreads(count, () => {
            const it = parameter(100_003, dtype);
            const sgd = new SGD([it], { learningRate: rate, ...options });
            sgd.step();
            sgd.step();
            return it.value;
          }),
        );
      }
      for (const result of results) expectSameBits(result.data, results[0]!.data);
    }
  });
});

test("a cleared gradient moves nothing but by decay", () => {
  const it = parameter(5);
  const before = it.value.clone();
  const sgd = new SGD([it], { learningRate: 0.5 });
  sgd.zeroGrad();
  sgd.step();
  expectSameBits(it.value.data, before.data);
  new SGD([it], { learningRate: 0.5, weightDecay: 0.5 }).step();
  expectClose(it.value.data, before.multiply(0.75).data, 1e-7);
});

test("the learning rate follows the schedule step by step", () => {
  const sgd = new SGD([new Parameter("weight", [1], "float32")], {
    learningRate: new ExponentialScheduler({ initial: 1, decay: 0.5, every: 2 }),
  });
  const rates = Array.from({ length: 5 }, () => {
    const rate = sgd.learningRate;
    sgd.step();
    return rate;
  });
  expect(rates).toEqual([1, 1, 0.5, 0.5, 0.25]);
});

describe("refuses", () => {
  const refused = (options: Partial<SGDOptions>, message: string): void => {
    expect(
      () => new SGD([new Parameter("weight", [1], "float32")], { learningRate: 0.1, ...options }),
    ).toThrow(new ArgumentError("SGD", message));
  };

  test("a momentum outside [0, 1)", () => {
    for (const momentum of [-0.1, 1, Number.NaN])
      refused({ momentum }, `momentum must be in [0, 1), got ${momentum}`);
  });

  test("Nesterov's form without momentum", () => {
    refused({ nesterov: true }, "nesterov needs a momentum above 0");
  });

  test("a negative or infinite weight decay", () => {
    for (const weightDecay of [-1, Infinity, Number.NaN])
      refused({ weightDecay }, `weightDecay must be a finite number ≥ 0, got ${weightDecay}`);
  });

  test("a learning rate that is no finite number ≥ 0", () => {
    for (const rate of [-0.1, Infinity, Number.NaN]) {
      refused({ learningRate: rate }, `learningRate must be a finite number ≥ 0 or a schedule, got ${rate}`);
    }
  });

  test("options of another kind, or unknown, and no rate", () => {
    const parameters = [new Parameter("weight", [1], "float32")];
    const wrong = (options: unknown, message: string): void => {
      expect(() => new SGD(parameters, options as SGDOptions)).toThrow(new ArgumentError("SGD", message));
    };
    wrong({}, "learningRate must be a finite number ≥ 0 or a schedule, got undefined");
    wrong({ learningRate: "0.1" }, 'learningRate must be a finite number ≥ 0 or a schedule, got "0.1"');
    wrong({ learningRate: 0.1, nesterov: 1 }, "nesterov must be true or false, got 1");
    const names = "learningRate, weightDecay, decayBiases, momentum, nesterov";
    wrong({ lr: 0.1 }, `unknown option "lr"; did you mean learningRate? The options are ${names}`);
    wrong(0.1, `options must be an object of { ${names} }, got 0.1`);
  });

  test.each([SGD, Adam])("parameters that are none, no list, or there twice: %o", (Kind) => {
    const layer = new Linear(2, 3, { random: new RandomState(1) });
    const wrong = (parameters: unknown, message: string): void => {
      expect(() => new Kind(parameters as Parameter[], { learningRate: 0.1 })).toThrow(
        new ArgumentError(Kind.name, message),
      );
    };
    wrong([], "parameters must be at least one, got none (are they all frozen?)");
    wrong(layer, "parameters must be those of a model, model.parameters(), got a Linear");
    wrong([layer.weight.value], "parameters must be those of a model, model.parameters(), got a Tensor");
    wrong(
      [...layer.parameters(), layer.weight],
      "parameters must be different ones, got number 0 again as number 2",
    );
  });

  test("a schedule that gives no rate", () => {
    const parameters = [new Parameter("weight", [1], "float32")];
    const sgd = new SGD(parameters, { learningRate: { rate: (step) => 1 / (1 - step) } });
    sgd.step();
    expect(() => sgd.step()).toThrow("the learning rate must be a finite number ≥ 0, got Infinity");
  });
});

test.each([SGD, Adam])("a parameter frozen on the way stays as it is: %o", (Kind) => {
  const layer = new Linear(2, 3, { random: new RandomState(1) });
  const optimizer = new Kind(layer.parameters(), { learningRate: 0.1, weightDecay: 0.1 });
  layer.weight.frozen = true;
  const before = layer.weight.value.clone();
  layer.forward(Tensor.ones([1, 2]));
  layer.backward(Tensor.ones([1, 3]));
  optimizer.step();
  expectSameBits(layer.weight.value.data, before.data);
  expectClose(layer.bias.value.data, [-0.1, -0.1, -0.1], 1e-6);
});
