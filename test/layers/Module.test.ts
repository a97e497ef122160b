import {
  Conv2d,
  clipGradNorm,
  Embedding,
  Flatten,
  GRU,
  Linear,
  LSTM,
  MaxOverTime,
  MaxPool2d,
  type Module,
  Parameter,
  RandomState,
  ReLU,
  Reshape,
  Sequential,
  Sigmoid,
  summary,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";

function network(): Sequential {
  const random = new RandomState(1);
  return new Sequential([
    new Linear(5, 17, { random }),
    new ReLU(),
    new Sequential([new Linear(17, 3, { random }), new Sigmoid()]),
  ]);
}

describe("gradients", () => {
  test("of two backward passes are added", () => {
    const model = network();
    const [x, dy] = [randomTensor([4, 5]), randomTensor([4, 3], { seed: 2 })];
    model.forward(x);
    model.backward(dy);
    const once = model.parameters().map((parameter) => parameter.grad.clone());
    model.forward(x);
    model.backwardParameters(dy);
    model.parameters().forEach((parameter, i) => {
      expectClose(parameter.grad.data, once[i]!.multiply(2).data, 1e-6);
    });
  });

  test("are zeros after zeroGrad, and the next pass starts anew", () => {
    const model = network();
    const [x, dy] = [randomTensor([4, 5]), randomTensor([4, 3], { seed: 2 })];
    model.forward(x);
    model.backward(dy);
    const once = model.parameters().map((parameter) => parameter.grad.clone());
    model.zeroGrad();
    for (const parameter of model.parameters()) {
      expect(parameter.hasGrad).toBe(false);
      expect(parameter.grad.data.every((value) => value === 0)).toBe(true);
    }
    for (let i = 0; i < 2; i++) {
      model.zeroGrad();
      model.forward(x);
      model.backward(dy);
    }
    model.parameters().forEach((parameter, i) => {
      expect(parameter.hasGrad).toBe(true);
      expectSameBits(parameter.grad.data, once[i]!.data);
    });
  });

  test("are the same whether or not that of x is computed", () => {
    const [one, other] = [network(), network()];
    const [x, dy] = [randomTensor([4, 5]), randomTensor([4, 3], { seed: 2 })];
    one.forward(x);
    other.forward(x);
    expect(one.backward(dy).shape).toEqual([4, 5]);
    other.backwardParameters(dy);
    one.parameters().forEach((parameter, i) => {
      expectSameBits(parameter.grad.data, other.parameters()[i]!.grad.data);
    });
  });

  test("backwardParameters of a layer without its own is backward", () => {
    const sigmoid = new Sigmoid();
    sigmoid.forward(randomTensor([2, 2]));
    expect(() => sigmoid.backwardParameters(randomTensor([2, 2]))).not.toThrow();
  });

  test("that are written by hand count until they are cleared, and backward adds to them", () => {
    const layer = new Linear(2, 1, { random: new RandomState(1) });
    layer.bias.grad.data[0] = 3;
    expect(clipGradNorm(layer.parameters(), 10)).toBe(3);
    layer.forward(Tensor.ones([1, 2]));
    layer.backward(Tensor.ones([1, 1]));
    expect(layer.bias.grad.item()).toBe(4);
    layer.zeroGrad();
    layer.bias.grad.data[0] = 5;
    layer.zeroGrad();
    expect(layer.bias.grad.item()).toBe(0);
  });

  test("of a new parameter are zeros", () => {
    const parameter = new Parameter("bias", [3], "float64");
    expect(parameter.hasGrad).toBe(false);
    expect([...parameter.grad.data]).toEqual([0, 0, 0]);
    expect(parameter.grad.dtype).toBe("float64");
  });
});

test.each([
  ["a network", () => network(), randomTensor([4, 5])],
  ["a convolution", () => new Conv2d(1, 2, 2, { random: new RandomState(1) }), randomTensor([2, 3, 3, 1])],
  ["pooling", () => new MaxPool2d(2), randomTensor([2, 4, 4, 1])],
  ["an LSTM", () => new LSTM(5, 3, { random: new RandomState(1) }), randomTensor([2, 3, 5])],
  [
    "all states",
    () => new GRU(5, 3, { random: new RandomState(1), returnSequences: true }),
    randomTensor([2, 3, 5]),
  ],
  ["the largest over time", () => new MaxOverTime(), randomTensor([2, 3, 5])],
  ["an embedding", () => new Embedding(4, 3, { random: new RandomState(1) }), Tensor.from([[1, 2, 3]])],
  [
    "reviews",
    () => {
      const random = new RandomState(1);
      return new Sequential([new Embedding(4, 3, { random }), new LSTM(3, 5, { random })]);
    },
    Tensor.from([[1, 2, 3]]),
  ],
] as const)("the results of %s belong to the caller", (_, build, x) => {
  const layer: Module = build();
  const other = Tensor.from([...x.data].reverse(), x.shape);
  const y = layer.forward(x);
  const before = y.clone();
  const dx = layer.backward(randomTensor(y.shape));
  const slopes = dx.clone();
  const y2 = layer.forward(other);
  layer.backward(randomTensor(y.shape, { seed: 2 }));
  expectSameBits(y.data, before.data);
  expectSameBits(dx.data, slopes.data);
  expect(y2.subtract(y).data.some((value) => value !== 0)).toBe(true);
});

test("parameters are named by the numbers of the layers", () => {
  const model = network();
  expect([...model.namedParameters().keys()]).toEqual(["0.weight", "0.bias", "2.0.weight", "2.0.bias"]);
  expect(model.parameters().map(({ kind }) => kind)).toEqual(["weight", "bias", "weight", "bias"]);
});

test("train and eval reach every layer", () => {
  const model = network();
  const nested = model.layers[2] as Sequential;
  const states = (): boolean[] => [model, ...model.layers, ...nested.layers].map((layer) => layer.training);
  expect(states()).toEqual(Array(6).fill(true));
  expect(model.eval()).toBe(model);
  expect(states()).toEqual(Array(6).fill(false));
  model.train();
  expect(states()).toEqual(Array(6).fill(true));
});

test("settings tell apart layers that their parameters do not", () => {
  const random = new RandomState(1);
  const settings = new Sequential([
    new Reshape([4, 4, 1]),
    new Conv2d(1, 2, 3, { random, padding: 1 }),
    new MaxPool2d(2),
    new Flatten(),
  ]).namedSettings();
  expect(Object.fromEntries(settings)).toEqual({
    "0.sample": [4, 4, 1],
    "1.stride": [1, 1],
    "1.padding": [1, 1],
    "2.size": 2,
    "2.stride": 2,
  });
  const reviews = new Sequential([
    new Embedding(3, 2, { random, maskZero: true }),
    new GRU(2, 2, { random }),
  ]);
  expect(Object.fromEntries(reviews.namedSettings())).toMatchObject({
    ...{ "0.maskZero": true, "0.frozen": false },
    ...{ "1.returnSequences": false, "1.reset": "before" },
  });
});

describe("summary", () => {
  test("lists layers, shapes and numbers of parameters", () => {
    const random = new RandomState(1);
    const model = new Sequential([
      new Linear(784, 64, { random }),
      new ReLU(),
      new Linear(64, 10, { random }),
    ]);
    expect(summary(model, [784])).toBe(
      [
        "Layer     Output shape  Parameters",
        "──────────────────────────────────",
        "0 Linear  [N, 64]           50,240",
        "1 ReLU    [N, 64]                0",
        "2 Linear  [N, 10]              650",
        "──────────────────────────────────",
        "Total                       50,890",
      ].join("\n"),
    );
  });

  test("has the numbers of the homework's two networks", () => {
    const random = new RandomState(1);
    const end = (features: number): Module[] => [
      new Flatten(),
      new Linear(features, 1000, { random }),
      new ReLU(),
      new Linear(1000, 10, { random }),
    ];
    const first = [new Reshape([28, 28, 1]), new Conv2d(1, 32, 5, { random }), new MaxPool2d(2)];
    const second = [new Conv2d(32, 64, 5, { random }), new MaxPool2d(2)];
    const one = summary(new Sequential([...first, ...end(4608)]), [784]);
    expect(one).toMatch(/1 Conv2d +\[N, 24, 24, 32\] +832\n2 MaxPool2d +\[N, 12, 12, 32\] +0\n/);
    expect(one).toMatch(/3 Flatten +\[N, 4608\] +0\n4 Linear +\[N, 1000\] +4,609,000\n/);
    expect(one).toMatch(/Total +4,619,842$/);
    const two = summary(new Sequential([...first, ...second, ...end(1024)]), [784]);
    expect(two).toMatch(/3 Conv2d +\[N, 8, 8, 64\] +51,264\n4 MaxPool2d +\[N, 4, 4, 64\] +0\n/);
    expect(two).toMatch(/6 Linear +\[N, 1000\] +1,025,000\n/);
    expect(two).toMatch(/8 Linear +\[N, 10\] +10,010\n/);
    expect(two).toMatch(/Total +1,087,106$/);
  });

  test("of a single layer", () => {
    expect(summary(new ReLU(), [3, 2])).toContain("0 ReLU  [N, 3, 2]");
  });

  test("names the layer that does not fit", () => {
    const random = new RandomState(1);
    const model = new Sequential([new Linear(4, 3, { random }), new Linear(4, 2, { random })]);
    expect(() => summary(model, [4])).toThrow("Linear.forward: x must be [N, 4], got [1, 3]");
    expect(() => model.forward(Tensor.zeros([1, 4]))).toThrow("Linear.forward: x must be [N, 4], got [1, 3]");
  });
});
