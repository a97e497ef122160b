import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ArgumentError,
  type BatchNorm,
  BatchNorm1d,
  BatchNorm2d,
  Conv2d,
  type DType,
  Flatten,
  Linear,
  loadModel,
  RandomState,
  ReLU,
  Sequential,
  type Shape,
  ShapeError,
  saveModel,
  summary,
  Tensor,
} from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { checkModule } from "../helpers/checkModule";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

const folder = mkdtempSync(join(tmpdir(), "batch-norm-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Case {
  kind: "BatchNorm1d" | "BatchNorm2d";
  momentum: number;
  epsilon: number;
  dtype: DType;
  weight: number[];
  bias: number[];
  batches: {
    learning: boolean;
    x: StoredNumbers;
    y: StoredNumbers;
    dy: StoredNumbers;
    dx: StoredNumbers;
    dWeight: number[];
    dBias: number[];
    runningMean: number[];
    runningVar: number[];
  }[];
}

const { cases } = readFixture<{ cases: Case[] }>("torch-batch-norm");
const KINDS = { BatchNorm1d, BatchNorm2d };

test.each(cases)("$kind of $batches.0.x.shape equals PyTorch's in $dtype", (one) => {
  const { kind, momentum, epsilon, dtype, weight, bias, batches } = one;
  const layer: BatchNorm = new KINDS[kind](weight.length, { momentum, epsilon, dtype });
  layer.weight.value.data.set(weight);
  layer.bias.value.data.set(bias);
  const tolerance = dtype === "float32" ? 1e-5 : 1e-12;
  const read = (stored: StoredNumbers): Tensor => toTensor(stored, dtype);
  for (const { learning, x, y, dy, dx, dWeight, dBias, runningMean, runningVar } of batches) {
    layer.train(learning);
    const gradients = {
      weight: Tensor.from(dWeight, undefined, dtype),
      bias: Tensor.from(dBias, undefined, dtype),
    };
    checkModule(layer, { x: read(x), y: read(y), dy: read(dy), dx: read(dx), gradients }, tolerance);
    expectClose(layer.runningMean.value.data, runningMean, tolerance);
    expectClose(layer.runningVar.value.data, runningVar, tolerance);
  }
});

/** Weights, biases and running statistics that are no defaults. */
function vary<L extends BatchNorm>(layer: L): L {
  const { dtype, shape } = layer.weight.value;
  layer.weight.value.data.set(randomTensor(shape, { dtype, seed: 5 }).data);
  layer.bias.value.data.set(randomTensor(shape, { dtype, seed: 6 }).data);
  layer.runningMean.value.data.set(randomTensor(shape, { dtype, seed: 7 }).data);
  layer.runningVar.value.data.set(randomTensor(shape, { dtype, seed: 8 }).map(Math.exp).data);
  return layer;
}

describe.each([1, 3, 17, 65])("%i features", (features) => {
  const shapes: Shape[] = [
    [3, features],
    [17, features],
    [65, features],
    [3, 5, features],
    [2, 3, 4, features],
  ];

  test.each(shapes.map((shape) => [shape]))("agree with central differences for x %j", (shape) => {
    const Kind = shape.length === 4 ? BatchNorm2d : BatchNorm1d;
    const layer = vary(new Kind(features, { dtype: "float64" }));
    const x = randomTensor(shape, { dtype: "float64" });
    const model = new Sequential([layer, new Flatten()]);
    checkGradients(model, x);
    checkGradients(model.eval(), x);
  });
});

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test("the mean of y is b, its deviation w, for many rows far from 0", () => {
    const layer = vary(new BatchNorm2d(5, { dtype, epsilon: 1e-20 }));
    const x = randomTensor([7, 31, 33, 5], { dtype });
    for (let i = 0; i < x.size; i++) x.data[i] = 0.01 * x.data[i]! + 10 * (i % 5);
    const y = layer.forward(x);
    for (let j = 0; j < 5; j++) {
      const values = Array.from({ length: y.size / 5 }, (_, i) => y.data[5 * i + j]!);
      const mean = values.reduce((sum, value) => sum + value) / values.length;
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const tolerance = dtype === "float32" ? 2e-4 : 1e-9;
      expectClose([mean], [layer.bias.value.data[j]!], tolerance);
      expectClose([Math.sqrt(square)], [Math.abs(layer.weight.value.data[j]!)], tolerance);
    }
  });

  test("a feature that does not change is b, and has no gradient", () => {
    const layer = vary(new BatchNorm1d(3, { dtype }));
    const y = layer.forward(Tensor.full([200, 3], 0.1, dtype));
    expectClose(y.data.subarray(0, 3), layer.bias.value.data, 1e-12);
    const dx = layer.backward(randomTensor([200, 3], { dtype }));
    expect(dx.data.every(Number.isFinite)).toBe(true);
  });

  test("the bits are the same on 1, 2, 3 and 8 threads", async () => {
    const x = randomTensor([13, 29, 31, 19], { dtype });
    const compute = (): ArrayBufferView[] => {
      const layer = vary(new BatchNorm2d(19, { dtype }));
      const results = [layer.forward(x), layer.backward(x)];
      const { weight, bias, runningMean, runningVar } = layer;
      results.push(weight.grad, bias.grad, runningMean.value, runningVar.value);
      return results.map(({ data }) => data.slice());
    };
    const alone = await withThreads(1, compute);
    for (const count of [2, 3, 8]) {
      const together = await withThreads(count, compute);
      together.forEach((array, i) => {
        expectSameBits(array, alone[i]!, `result ${i} on ${count} threads`);
      });
    }
  });

  test("backwardParameters adds the same gradients, a second backward adds its own", () => {
    const [one, other] = [vary(new BatchNorm1d(5, { dtype })), vary(new BatchNorm1d(5, { dtype }))];
    const x = randomTensor([9, 5], { dtype });
    for (const layer of [one, other]) layer.forward(x);
    one.backward(x);
    other.backwardParameters(x);
    expectSameBits(one.weight.grad.data, other.weight.grad.data);
    expectSameBits(one.bias.grad.data, other.bias.grad.data);
    const once = one.bias.grad.clone();
    one.forward(x);
    one.backward(x);
    expectClose(one.bias.grad.data, once.multiply(2).data, 1e-6);
  });
});

test("evaluation changes nothing, and gives a row the same result in any batch", () => {
  const layer = vary(new BatchNorm1d(5)).eval();
  const before = [...layer.namedBuffers().values()].map(({ value }) => value.clone());
  const x = randomTensor([6, 5]);
  const all = layer.forward(x).clone();
  const row = layer.forward(Tensor.from(x.data.slice(10, 15), [1, 5]));
  expectSameBits(row.data, all.data.slice(10, 15));
  [...layer.namedBuffers().values()].forEach(({ value }, i) => {
    expectSameBits(value.data, before[i]!.data);
  });
});

test("a backward belongs to the mode of its forward", () => {
  const [one, other] = [vary(new BatchNorm1d(5)), vary(new BatchNorm1d(5))];
  const x = randomTensor([6, 5]);
  one.forward(x);
  other.forward(x);
  expectSameBits(one.eval().backward(x).data, other.backward(x).data);
});

test("the ReLU behind it is computed in the same pass, to the same bits", () => {
  const build = (): Sequential =>
    new Sequential([
      new Conv2d(2, 5, 3, { random: new RandomState(1) }),
      vary(new BatchNorm2d(5)),
      new ReLU(),
    ]);
  const [fused, apart] = [build(), build()];
  const x = randomTensor([3, 9, 8, 2]);
  const y = fused.forward(x);
  let wanted = x;
  for (const layer of apart.layers) wanted = layer.forward(wanted);
  expectSameBits(y.data, wanted.data);
  let dy = randomTensor(y.shape, { seed: 2 });
  const dx = fused.backward(dy);
  for (const layer of [...apart.layers].reverse()) dy = layer.backward(dy);
  expectSameBits(dx.data, dy.data);
  const gradients = apart.parameters();
  fused.parameters().forEach(({ grad }, i) => {
    expectSameBits(grad.data, gradients[i]!.grad.data);
  });
});

test("running statistics are buffers: saved and read, and not learned", () => {
  const build = (): Sequential =>
    new Sequential([new Linear(3, 5, { random: new RandomState(1) }), new BatchNorm1d(5)]);
  const model = build();
  vary(model.layers[1] as BatchNorm1d);
  expect([...model.namedBuffers().keys()]).toEqual(["1.runningMean", "1.runningVar"]);
  expect([...model.namedTensors().keys()].length).toBe(6);
  expect(model.parameters().length).toBe(4);
  expect(summary(model, [3])).toMatch(/1 BatchNorm1d +\[N, 5\] +10$/m);
  const path = join(folder, "model.safetensors");
  saveModel(model, path);
  const read = loadModel(build(), path);
  const x = randomTensor([4, 3]);
  expectSameBits(read.eval().forward(x).data, model.eval().forward(x).data);
  const tensors = model.namedTensors();
  for (const [name, { data }] of read.namedTensors()) expectSameBits(data, tensors.get(name)!.data, name);
});

test("its constants are settings", () => {
  const settings = new BatchNorm1d(2, { momentum: 0.2, epsilon: 0.1 }).namedSettings();
  expect(Object.fromEntries(settings)).toEqual({ momentum: 0.2, epsilon: 0.1 });
});

describe("refuses", () => {
  test("what does not fit", () => {
    const refused = (layer: BatchNorm, shape: Shape, message: string): void => {
      const where = `${layer.constructor.name}.forward`;
      expect(() => layer.forward(Tensor.zeros(shape))).toThrow(new ShapeError(where, message));
    };
    const one = new BatchNorm1d(3);
    refused(one, [2, 4], "x must be [N, 3] or [N, T, 3], got [2, 4]");
    refused(one, [3], "x must be [N, 3] or [N, T, 3], got [3]");
    refused(one, [2, 2, 2, 3], "x must be [N, 3] or [N, T, 3], got [2, 2, 2, 3]");
    refused(one, [1, 3], "x must have more than one value a feature while learning, got [1, 3]");
    refused(one, [0, 3], "x must have more than one value a feature while learning, got [0, 3]");
    refused(new BatchNorm2d(3), [2, 3], "x must be [N, H, W, 3], got [2, 3]");
    expect(one.eval().forward(Tensor.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(() => one.forward(Tensor.zeros([2, 3], "float64"))).toThrow(
      new ArgumentError("BatchNorm1d.forward", "x must be float32, as the weights are, got float64"),
    );
  });

  test.each([
    [[0], "features must be a whole number > 0, got 0"],
    [[3, { momentum: 1.5 }], "momentum must be in [0, 1], got 1.5"],
    [[3, { momentum: "0.1" }], 'momentum must be in [0, 1], got "0.1"'],
    [[3, { epsilon: 0 }], "epsilon must be a finite number > 0, got 0"],
    [[3, { eps: 1 }], 'unknown option "eps"; did you mean epsilon? The options are momentum, epsilon, dtype'],
  ] as const)("%j", (args, message) => {
    expect(() => Reflect.construct(BatchNorm1d, args)).toThrow(`BatchNorm1d: ${message}`);
  });
});
