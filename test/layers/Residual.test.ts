import {
  ArgumentError,
  BatchNorm2d,
  Conv2d,
  Dropout,
  Flatten,
  Linear,
  type Module,
  QuadraticLoss,
  RandomState,
  ReLU,
  Residual,
  Sequential,
  SGD,
  ShapeError,
  Tanh,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

const options = { random: new RandomState(1), dtype: "float64" } as const;
const linear = (inputs: number, outputs: number): Linear => new Linear(inputs, outputs, options);

describe.each([1, 3, 17, 65])("%i features", (features) => {
  test.each<[string, () => Module]>([
    ["a layer", () => new Residual(linear(features, features))],
    ["a network", () => new Residual(new Sequential([linear(features, 4), new Tanh(), linear(4, features)]))],
    ["a projection", () => new Residual(linear(features, 5), { projection: linear(features, 5) })],
    ["one in the other", () => new Residual(new Residual(linear(features, features)))],
    ["an identity", () => new Residual(new Dropout(0, { random: options.random }))],
  ])("%s agrees with central differences", (_, build) => {
    const x = randomTensor([3, features], { dtype: "float64" });
    checkGradients(build(), x);
    checkGradients(new Sequential([linear(features, features), build(), new Tanh()]), x);
  });
});

test("blocks of a residual network agree with central differences", () => {
  const same = { ...options, padding: "same" } as const;
  const block = (): Residual =>
    new Residual(
      new Sequential([
        new BatchNorm2d(3, { dtype: "float64" }),
        new Conv2d(3, 3, 3, same),
        new Tanh(),
        new Conv2d(3, 3, 3, same),
      ]),
    );
  const wider = new Residual(new Conv2d(3, 5, 3, { ...same, stride: 2 }), {
    projection: new Conv2d(3, 5, 1, { ...options, stride: 2 }),
  });
  const model = new Sequential([block(), wider, new Flatten()]);
  checkGradients(model, randomTensor([2, 5, 4, 3], { dtype: "float64" }));
});

test("y is x + f(x), its parameters have names of both ways, and all learn", () => {
  const model = new Residual(linear(3, 2), { projection: linear(3, 2) });
  const x = randomTensor([4, 3], { dtype: "float64" });
  const y = model.forward(x);
  expectClose(y.data, model.inner.forward(x).add(model.projection!.forward(x)).data, 1e-15);
  expect([...model.namedParameters().keys()]).toEqual([
    "inner.weight",
    "inner.bias",
    "projection.weight",
    "projection.bias",
  ]);
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
  const loss = new QuadraticLoss();
  const targets = randomTensor([4, 2], { dtype: "float64", seed: 2 });
  const losses = Array.from({ length: 20 }, () => {
    optimizer.zeroGrad();
    const value = loss.forward(model.forward(x), targets);
    model.backwardParameters(loss.backward());
    optimizer.step();
    return value;
  });
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
});

test("dx and the gradients are the same by backward and backwardParameters, and in eval", () => {
  const build = (): Residual =>
    new Residual(new Linear(3, 3, { random: new RandomState(2), dtype: "float64" }));
  const [one, other] = [build(), build()];
  const x = randomTensor([4, 3], { dtype: "float64" });
  one.eval();
  expect(one.inner.training).toBe(false);
  for (const model of [one, other]) model.forward(x);
  one.backward(x);
  other.backwardParameters(x);
  const gradients = other.parameters();
  one.parameters().forEach(({ grad }, i) => {
    expectSameBits(grad.data, gradients[i]!.grad.data);
  });
});

test("the bits are the same on 1, 2 and 3 threads", async () => {
  const x = randomTensor([65, 1031]);
  const compute = (): ArrayBufferView[] => {
    const model = new Residual(new ReLU());
    return [model.forward(x).data.slice(), model.backward(x).data.slice()];
  };
  const alone = await withThreads(1, compute);
  for (const count of [2, 3]) {
    const together = await withThreads(count, compute);
    together.forEach((array, i) => {
      expectSameBits(array, alone[i]!);
    });
  }
});

describe("refuses", () => {
  test("ways that do not end in the same shape", () => {
    expect(() => new Residual(linear(3, 2)).forward(Tensor.zeros([4, 3], "float64"))).toThrow(
      new ShapeError("Residual.forward", "what inner returns must be [4, 3], as x is, got [4, 2]"),
    );
    const model = new Residual(linear(3, 2), { projection: linear(3, 5) });
    expect(() => model.outputShape([4, 3])).toThrow(
      "Residual.forward: what inner returns must be [4, 5], as what the projection returns is, got [4, 2]",
    );
  });

  test("what is no layer, and one for both ways", () => {
    const wrong = (...args: readonly unknown[]): unknown => Reflect.construct(Residual, args);
    expect(() => wrong(5)).toThrow(
      new ArgumentError("Residual", "inner must be a layer or a network, got 5"),
    );
    expect(() => wrong(linear(2, 2), { projection: [] })).toThrow("projection must be a layer or a network");
    const both = linear(2, 2);
    expect(() => wrong(both, { projection: both })).toThrow("projection must be another layer than inner");
    expect(() => new Sequential([both, new Residual(both)])).toThrow("the same Linear at 0 and 1.inner");
  });

  test("a call of its layer between forward and backward", () => {
    const model = new Residual(linear(2, 2));
    const x = randomTensor([3, 2], { dtype: "float64" });
    model.forward(x);
    model.inner.forward(x);
    expect(() => model.backward(x)).toThrow("its layers must not be called between forward and backward");
  });
});
