import {
  ArgumentError,
  Dropout,
  type DType,
  Embedding,
  GRU,
  LSTM,
  MaxOverTime,
  type Module,
  memoryBytes,
  RandomState,
  Sequential,
  ShapeError,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

const dtype = "float64";

function tokens(shape: readonly [number, number], type: DType = dtype, seed = 2): Tensor {
  return Tensor.from(new RandomState(seed).randint(0, 11, shape[0] * shape[1]), shape, type);
}

interface Parts {
  cell?: "lstm" | "gru";
  maskZero?: boolean;
  dropout?: number;
  pool?: boolean;
  type?: DType;
}

function layers({ cell = "lstm", maskZero = false, dropout, pool = false, type = dtype }: Parts): Module[] {
  const random = new RandomState(7);
  const Cell = cell === "lstm" ? LSTM : GRU;
  const network: Module[] = [new Embedding(11, 5, { random, maskZero, dtype: type })];
  if (dropout !== undefined) network.push(new Dropout(dropout, { random: new RandomState(3) }));
  network.push(new Cell(5, 17, { random, returnSequences: pool, dtype: type }));
  if (pool) network.push(new MaxOverTime());
  return network;
}

/** y and the gradients of all parameters, for a dy of random numbers. */
function pass(network: readonly Module[], x: Tensor, model?: Module): Float64Array {
  const run = model ?? new Sequential(network);
  run.zeroGrad();
  const y = run.forward(x);
  const result = [...y.data];
  run.backwardParameters(randomTensor(y.shape, { dtype: y.dtype, seed: 5 }));
  return Float64Array.from([...result, ...network.flatMap((layer) => parameterGradients(layer))]);
}

function parameterGradients(layer: Module): number[] {
  return [...layer.namedParameters().values()].flatMap(({ grad }) => [...grad.data]);
}

/** The layers, one called after the other. */
function passEach(network: readonly Module[], x: Tensor): Float64Array {
  for (const layer of network) layer.zeroGrad();
  const y = network.reduce((value, layer) => layer.forward(value), x);
  const result = [...y.data];
  const dy = randomTensor(y.shape, { dtype: y.dtype, seed: 5 });
  [...network].reverse().reduce((d, layer) => layer.backward(d), dy);
  return Float64Array.from([...result, ...network.flatMap((layer) => parameterGradients(layer))]);
}

describe("MaxOverTime", () => {
  test("takes the largest value, the first of equals, and sends dy there", () => {
    const layer = new MaxOverTime();
    const x = Tensor.from(
      [
        [
          [1, -5],
          [3, -2],
          [3, -4],
        ],
        [
          [0, 9],
          [-1, 9],
          [-2, 8],
        ],
      ],
      undefined,
      dtype,
    );
    expect(Array.from(layer.forward(x).data)).toEqual([3, -2, 0, 9]);
    expect(
      Array.from(
        layer.backward(
          Tensor.from(
            [
              [1, 2],
              [3, 4],
            ],
            undefined,
            dtype,
          ),
        ).data,
      ),
    ).toEqual([0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0]);
  });

  test.each([
    [1, 1, 1],
    [3, 4, 3],
    [2, 17, 5],
    [2, 3, 65],
  ])("has the gradient of central differences on [%i, %i, %i]", (count, length, units) => {
    checkGradients(new MaxOverTime(), randomTensor([count, length, units], { dtype }));
  });

  test("hands NaN on", () => {
    for (const type of ["float32", "float64"] as const) {
      const x = randomTensor([2, 5, 6], { dtype: type });
      x.data[13] = Number.NaN;
      const y = new MaxOverTime().forward(x);
      expect(Array.from(y.data, Number.isNaN).map(Number)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
  });

  test("says what is wrong", () => {
    const layer = new MaxOverTime();
    for (const shape of [
      [2, 3],
      [2, 0, 3],
    ]) {
      expect(() => layer.forward(Tensor.zeros(shape))).toThrow(
        new ShapeError("MaxOverTime.forward", `x must be [N, T, H] with T > 0, got [${shape.join(", ")}]`),
      );
    }
    expect(() => layer.backward(Tensor.zeros([1, 1]))).toThrow(
      new ArgumentError("MaxOverTime.backward", "forward must be called first"),
    );
    layer.forward(Tensor.zeros([2, 3, 4]));
    expect(() => layer.backward(Tensor.zeros([2, 3]))).toThrow(
      new ShapeError("MaxOverTime.backward", "dy must be [2, 4], got [2, 3]"),
    );
    expect(() => layer.backward(Tensor.zeros([2, 4], dtype))).toThrow(ArgumentError);
  });
});

describe.each(["lstm", "gru"] as const)("an Embedding and a %s computed together", (cell) => {
  test.each([
    [undefined, true],
    [0.4, false],
    [0.4, true],
  ])("with dropout %s and pooling %s are the same function as one after the other", (dropout, pool) => {
    const x = tokens([5, 13]);
    const parts = { cell, pool, ...(dropout !== undefined && { dropout }) };
    expectClose(pass(layers(parts), x), passEach(layers(parts), x), 1e-12);
  });

  test("masked, take the largest state of the steps that are no padding", () => {
    const padded = Tensor.from([[0, 0, 3, 1, 7]], undefined, dtype);
    const short = Tensor.from([[3, 1, 7]], undefined, dtype);
    const masked = layers({ cell, maskZero: true, pool: true });
    expectClose(pass(masked, padded), pass(layers({ cell, pool: true }), short), 1e-14);
    const both = Tensor.from(
      [
        [0, 0, 0, 0],
        [9, 0, 2, 4],
      ],
      undefined,
      dtype,
    );
    const y = new Sequential(masked).forward(both);
    expect(y.rows(0).data.every((value) => value === 0)).toBe(true);
    expect(pass(masked, both).every(Number.isFinite)).toBe(true);
  });

  test("masked, dropout leaves evaluation and p = 0 as they are", () => {
    const x = tokens([4, 9]);
    const wanted = pass(layers({ cell, maskZero: true }), x);
    expectSameBits(pass(layers({ cell, maskZero: true, dropout: 0 }), x), wanted);
    const resting = layers({ cell, maskZero: true, dropout: 0.5 });
    expectSameBits(pass(resting, x, new Sequential(resting).eval()), wanted);
  });

  test("have the same bits on any number of threads, and take no new memory", async () => {
    const results: Float64Array[] = [];
    for (const threads of [1, 2, 3]) {
      await withThreads(threads, () => {
        const network = layers({ cell, maskZero: true, pool: true, dropout: 0.3, type: "float32" });
        const model = new Sequential(network);
        const batches = [1, 2, 3].map((seed) => tokens([37, 60], "float32", seed));
        const step = (): Float64Array =>
          Float64Array.from(batches.flatMap((x) => [...pass(network, x, model)]));
        results.push(step());
        step();
        const before = memoryBytes();
        for (let i = 0; i < 5; i++) step();
        expect(memoryBytes()).toBe(before);
      });
    }
    for (const result of results) expectSameBits(result, results[0]!);
  });
});
