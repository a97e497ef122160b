import {
  ArgumentError,
  type DType,
  GRU,
  LSTM,
  type Module,
  memoryBytes,
  RandomState,
  type Recurrent,
  Sequential,
  ShapeError,
  summary,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { reuse } from "../../lib/dist/tensor/reuse";
import { checkGradients } from "../helpers/checkGradients";
import { checkModule } from "../helpers/checkModule";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

const KINDS = ["lstm", "gru before", "gru after", "lstm hard", "gru before hard", "gru after hard"] as const;
type Kind = (typeof KINDS)[number];

interface Case {
  kind: Kind;
  sequences: boolean;
  parameters: Record<string, StoredNumbers>;
  x: StoredNumbers;
  y: StoredNumbers;
  dy: StoredNumbers;
  dx: StoredNumbers;
  gradients: Record<string, StoredNumbers>;
}

function build(
  kind: Kind,
  inputSize: number,
  units: number,
  returnSequences = false,
  dtype: DType = "float64",
): Recurrent {
  const recurrentActivation = kind.endsWith("hard") ? "hardSigmoid" : "sigmoid";
  const options = { random: new RandomState(3), returnSequences, recurrentActivation, dtype } as const;
  if (kind.startsWith("lstm")) return new LSTM(inputSize, units, options);
  return new GRU(inputSize, units, { ...options, reset: kind.startsWith("gru before") ? "before" : "after" });
}

const { cases } = readFixture<{ cases: Case[] }>("recurrent");
const fixtures = cases.flatMap((stored) =>
  (["float32", "float64"] as const).map((dtype) => ({ ...stored, dtype })),
);

test.each(fixtures)(
  "$kind equals PyTorch's or Keras's in $dtype on $x.shape, all states: $sequences",
  (stored) => {
    const { kind, dtype, sequences, parameters } = stored;
    const read = (numbers: StoredNumbers): Tensor => toTensor(numbers, dtype);
    const [inputSize, columns] = parameters.weight!.shape as [number, number];
    const layer = build(kind, inputSize, columns / (kind.startsWith("lstm") ? 4 : 3), sequences, dtype);
    for (const [name, { value }] of layer.namedParameters()) value.data.set(parameters[name]!.values);
    const gradients = Object.fromEntries(
      Object.entries(stored.gradients).map(([name, numbers]) => [name, read(numbers)]),
    );
    const reference = {
      x: read(stored.x),
      y: read(stored.y),
      dy: read(stored.dy),
      dx: read(stored.dx),
      gradients,
    };
    checkModule(layer, reference, dtype === "float32" ? 3e-6 : 1e-13);
    checkModule(layer, reference, dtype === "float32" ? 3e-6 : 1e-13);
  },
);

describe.each(KINDS)("the gradient of %s agrees with central differences", (kind) => {
  test.each([
    [1, 1, 1, 1],
    [3, 4, 1, 3],
    [1, 5, 3, 17],
    [2, 3, 17, 1],
    [2, 2, 2, 65],
  ])("on %i sequences of %i steps of %i values, %i units", (count, length, inputSize, units) => {
    const x = randomTensor([count, length, inputSize], { dtype: "float64" });
    checkGradients(build(kind, inputSize, units), x);
    if (units < 65)
      checkGradients(new Sequential([build(kind, inputSize, units, true), build("lstm", units, 2)]), x);
  });
});

test.each(KINDS)("%s has the same bits on any number of threads", async (kind) => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const [count, units] of [
      [1, 65],
      [3, 17],
      [7, 64],
    ] as const) {
      const results: Float64Array[] = [];
      for (const threads of [1, 2, 3]) {
        await withThreads(threads, () => {
          const layer = build(kind, 5, units, true, dtype);
          const x = randomTensor([count, 40, 5], { dtype });
          const y = layer.forward(x);
          const dx = layer.backward(randomTensor(y.shape, { dtype, seed: 2 }));
          const gradients = layer.parameters().map(({ grad }) => Array.from(grad.data));
          results.push(Float64Array.from([...y.data, ...dx.data, ...gradients.flat()]));
        });
      }
      for (const result of results) expectSameBits(result, results[0]!, `${dtype} [${count}, ${units}]`);
    }
  }
});

test.each(KINDS)("%s: a sequence does not depend on the others of its batch", (kind) => {
  const layer = build(kind, 3, 17, false, "float32");
  const x = randomTensor([70, 9, 3]);
  const y = layer.forward(x).clone();
  for (const n of [0, 1, 35, 69])
    expectSameBits(layer.forward(x.rows(n)).clone().data, y.rows(n).data, `${n}`);
});

test.each(KINDS)("%s: the last state is that of the last step", (kind) => {
  const x = randomTensor([3, 5, 2], { dtype: "float64" });
  const last = build(kind, 2, 6).forward(x);
  const all = build(kind, 2, 6, true).forward(x);
  for (let n = 0; n < 3; n++) for (let j = 0; j < 6; j++) expect(last.at(n, j)).toBe(all.at(n, 4, j));
});

test.each(KINDS)("the gradients of %s add up, and a layer without dx has the same", (kind) => {
  const x = randomTensor([2, 4, 3], { dtype: "float64" });
  const dy = randomTensor([2, 5], { dtype: "float64", seed: 2 });
  const once = build(kind, 3, 5);
  const twice = build(kind, 3, 5);
  once.forward(x);
  once.backwardParameters(dy);
  twice.forward(x);
  twice.backward(dy);
  twice.backward(dy);
  twice.parameters().forEach(({ grad }, i) => {
    expectClose(grad.data, once.parameters()[i]!.grad.multiply(2).data, 1e-14);
  });
});

test.each(KINDS)("%s stays finite where its gates are saturated and its gradient fades", (kind) => {
  const layer = build(kind, 1, 4, false, "float32");
  for (const { value } of layer.parameters()) value.data.fill(-60);
  const x = Tensor.full([2, 300, 1], 2);
  expect(layer.forward(x).data.every(Number.isFinite)).toBe(true);
  expect(layer.backward(Tensor.ones([2, 4])).data.every(Number.isFinite)).toBe(true);
  x.data[0] = Number.NaN;
  expect(layer.forward(x).at(0, 0)).toBeNaN();
  expect(layer.forward(x).at(1, 0)).not.toBeNaN();
});

test.each(KINDS)("%s: where the gradient has faded, leaving the steps out changes no bit", (kind) => {
  const [count, length, units] = [5, 1200, 6];
  for (const dtype of ["float32", "float64"] as const) {
    const x = randomTensor([count, length, 3], { dtype });
    const dLast = randomTensor([count, units], { dtype, seed: 2 });
    dLast.data.fill(0, units, 2 * units);
    const dAfter = Tensor.zeros([count, length, units], dtype);
    for (let n = 0; n < count; n++) {
      const end = (n + 1) * length * units;
      dAfter.data.set(dLast.data.subarray(n * units, (n + 1) * units), end - units);
    }
    const last = build(kind, 3, units, false, dtype);
    const all = build(kind, 3, units, true, dtype);
    for (const layer of [last, all]) layer.bias.value.data.fill(0);
    last.forward(x);
    all.forward(x);
    const dx = last.backward(dLast);
    expectSameBits(dx.data, all.backward(dAfter).data, dtype);
    expect(dx.at(0, 0, 0)).toBe(0);
    expect(dx.at(0, length - 20, 0)).not.toBe(0);
    last.parameters().forEach(({ grad }, i) => {
      expectSameBits(grad.data, all.parameters()[i]!.grad.data, dtype);
    });
  }
});

test("a training step takes no new memory", () => {
  const layer = build("lstm", 8, 16, false, "float32");
  const x = randomTensor([16, 100, 8]);
  const step = (): void => {
    layer.zeroGrad();
    layer.backward(layer.forward(x));
  };
  reuse(step);
  const before = memoryBytes();
  for (let i = 0; i < 200; i++) reuse(step);
  expect(memoryBytes()).toBe(before);
});

test("recurrent layers begin as Keras's do", () => {
  const lstm = build("lstm", 5, 3);
  expect(Array.from(lstm.bias.value.data)).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  const bound = Math.sqrt(6 / (5 + 12));
  expect(lstm.weight.value.data.every((w) => Math.abs(w) < bound)).toBe(true);
  const u = lstm.recurrentWeight.value;
  expectClose(u.matmul(u, { transposeB: true }).data, [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-14);
  expect(build("gru before", 5, 3).bias.value.data.every((b) => b === 0)).toBe(true);
});

test("recurrent layers have as many parameters as Keras's", () => {
  const random = new RandomState(0);
  const count = (model: Module): number =>
    [...model.namedParameters().values()].reduce((sum, { value }) => sum + value.size, 0);
  expect(count(new LSTM(128, 64, { random }))).toBe(49_408);
  expect(count(new GRU(128, 128, { random }))).toBe(98_688);
  expect(count(new GRU(128, 128, { random, reset: "after" }))).toBe(99_072);
});

describe("errors", () => {
  const random = new RandomState(0);

  test("of lengths and of the form", () => {
    expect(() => new LSTM(0, 4, { random })).toThrow(
      new ArgumentError("LSTM", "inputSize must be a whole number > 0, got 0"),
    );
    expect(() => new GRU(3, 1.5, { random })).toThrow(
      new ArgumentError("GRU", "units must be a whole number > 0, got 1.5"),
    );
    expect(() => new GRU(3, 4, { random, reset: "never" as "before" })).toThrow(
      new ArgumentError("GRU", 'reset must be "before" or "after", got "never"'),
    );
    expect(() => new LSTM(3, 4, { random, recurrentActivation: "hard_sigmoid" as "hardSigmoid" })).toThrow(
      new ArgumentError("LSTM", 'recurrentActivation must be "sigmoid" or "hardSigmoid", got "hard_sigmoid"'),
    );
  });

  test("of shapes and dtypes", () => {
    const layer = build("lstm", 3, 4, false, "float32");
    for (const shape of [
      [2, 5],
      [2, 0, 3],
      [2, 5, 4],
    ]) {
      expect(() => layer.forward(Tensor.zeros(shape))).toThrow(
        new ShapeError("LSTM.forward", `x must be [N, T, 3] with T > 0, got [${shape.join(", ")}]`),
      );
    }
    expect(() => layer.forward(Tensor.zeros([2, 5, 3], "float64"))).toThrow(
      new ArgumentError("LSTM.forward", "x must be float32, as the weights are, got float64"),
    );
    expect(() => layer.backward(Tensor.zeros([2, 4]))).toThrow(
      new ArgumentError("LSTM.backward", "forward must be called first"),
    );
    layer.forward(Tensor.zeros([2, 5, 3]));
    expect(() => layer.backward(Tensor.zeros([2, 5, 4]))).toThrow(
      new ShapeError("LSTM.backward", "dy must be [2, 4], got [2, 5, 4]"),
    );
    expect(() => layer.backward(Tensor.zeros([2, 4], "float64"))).toThrow(
      new ArgumentError("LSTM.backward", "both must have the same dtype, got float32 and float64"),
    );
  });
});

test("a summary shows the shapes", () => {
  const random = new RandomState(0);
  const stack = new Sequential([
    new LSTM(3, 4, { random, returnSequences: true }),
    new GRU(4, 2, { random }),
  ]);
  const lines = summary(stack, [7, 3]).split("\n");
  expect(lines[2]).toMatch(/0 LSTM +\[N, 7, 4\] +128/);
  expect(lines[3]).toMatch(/1 GRU +\[N, 2\] +42/);
});
