import {
  ArgumentError,
  BinaryCrossEntropyLoss,
  type DType,
  Embedding,
  type EmbeddingOptions,
  GRU,
  Linear,
  LSTM,
  type Module,
  memoryBytes,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  ShapeError,
  summary,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { reuse } from "../../lib/dist/tensor/reuse";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

const dtype = "float64";

function embedding(dictSize: number, dimension: number, options: Partial<EmbeddingOptions> = {}): Embedding {
  return new Embedding(dictSize, dimension, { random: new RandomState(1), dtype, ...options });
}

function tokens(shape: readonly [number, number], dictSize: number, type: DType = dtype, seed = 2): Tensor {
  return Tensor.from(new RandomState(seed).randint(0, dictSize, shape[0] * shape[1]), shape, type);
}

/** The parameters' gradients, by name, for a dy of ones. */
function gradients(model: Module, x: Tensor): Map<string, Float64Array> {
  model.zeroGrad();
  const y = model.forward(x);
  model.backwardParameters(Tensor.ones(y.shape, y.dtype));
  return new Map(
    [...model.namedParameters()].map(([name, { grad }]) => [name, Float64Array.from(grad.data)]),
  );
}

/** The same layers, one called after the other. */
class Chain extends Sequential {
  override forward(x: Tensor): Tensor {
    return this.layers.reduce((y, layer) => layer.forward(y), x);
  }

  override backwardParameters(dy: Tensor): void {
    [...this.layers].reverse().reduce((d, layer) => layer.backward(d), dy);
  }
}

function network(
  kind: "lstm" | "gru before" | "gru after",
  { maskZero = false, returnSequences = false, chain = false, seed = 7, type = dtype as DType } = {},
): Sequential {
  const random = new RandomState(seed);
  const options = { random, returnSequences, dtype: type };
  const layers = [
    new Embedding(11, 5, { random, maskZero, dtype: type }),
    kind === "lstm"
      ? new LSTM(5, 17, options)
      : new GRU(5, 17, { ...options, reset: kind === "gru before" ? "before" : "after" }),
  ];
  for (const { value } of layers[1]!.parameters()) random.fillNormal(value.data, 0, 0.5);
  return chain ? new Chain(layers) : new Sequential(layers);
}

describe("Embedding", () => {
  test("reads a row for each token", () => {
    const layer = embedding(4, 3);
    const y = layer.forward(
      Tensor.from(
        [
          [3, 0],
          [1, 3],
        ],
        undefined,
        dtype,
      ),
    );
    expect(y.shape).toEqual([2, 2, 3]);
    const table = layer.weight.value;
    [3, 0, 1, 3].forEach((token, i) => {
      expectSameBits(y.reshape([4, 3]).rows(i).data, table.rows(token).data);
    });
  });

  test("begins with numbers from −0.05 to 0.05, or with the weights given", () => {
    const { data } = embedding(50, 7).weight.value;
    expect(data.every((w) => Math.abs(w) < 0.05)).toBe(true);
    expect(Math.max(...data)).toBeGreaterThan(0.04);
    const weights = randomTensor([3, 2], { dtype });
    const layer = embedding(3, 2, { weights });
    expectSameBits(layer.weight.value.data, weights.data);
    weights.data.fill(0);
    expect(layer.weight.value.at(0, 0)).not.toBe(0);
  });

  test.each([
    [1, 1, 1],
    [3, 17, 5],
    [17, 3, 65],
  ])("sums dy over the places of each token, on [%i, %i] tokens of %i values", (count, length, dimension) => {
    const layer = embedding(9, dimension);
    const x = tokens([count, length], 9);
    layer.forward(x);
    const dy = randomTensor([count, length, dimension], { dtype });
    const wanted = new Float64Array(9 * dimension);
    x.data.forEach((token, i) => {
      for (let j = 0; j < dimension; j++) wanted[token * dimension + j]! += dy.data[i * dimension + j]!;
    });
    expect(layer.backward(dy).data.every((value) => value === 0)).toBe(true);
    expectSameBits(layer.weight.grad.data, wanted);
    layer.backward(dy);
    expectClose(
      layer.weight.grad.data,
      wanted.map((value) => 2 * value),
      1e-14,
    );
  });

  test("adds the gradient of each backward, whether somebody looked at it in between or not", () => {
    const layer = embedding(9, 3);
    layer.forward(tokens([2, 5], 9));
    const [once, other] = [randomTensor([2, 5, 3], { dtype }), randomTensor([2, 5, 3], { dtype, seed: 2 })];
    const wanted = [once, other].map((dy) => {
      layer.zeroGrad();
      layer.backward(dy);
      return Float64Array.from(layer.weight.grad.data);
    });
    layer.zeroGrad();
    layer.backward(once);
    layer.backward(other);
    expectClose(
      layer.weight.grad.data,
      wanted[0]!.map((value, i) => value + wanted[1]![i]!),
      1e-14,
    );
  });

  test.each([0, 0.1])("SGD changes the rows that were read as if it changed all, decay %d", (weightDecay) => {
    for (const type of ["float32", "float64"] as const) {
      const [sparse, full] = [embedding(30, 7, { dtype: type }), embedding(30, 7, { dtype: type })];
      const x = tokens([3, 5], 30, type);
      const dy = randomTensor([3, 5, 7], { dtype: type });
      for (const layer of [sparse, full]) {
        layer.forward(x);
        layer.backward(dy);
        if (layer === full) expect(layer.weight.grad.size).toBe(210); // writes it down
        new SGD(layer.parameters(), { learningRate: 0.3, weightDecay }).step();
      }
      expectSameBits(sparse.weight.value.data, full.weight.value.data, type);
    }
  });

  test("a gradient that is still pending is not lost when the layer goes on", () => {
    const [calm, hasty] = [embedding(6, 2), embedding(6, 2)];
    const dy = randomTensor([2, 3, 2], { dtype });
    const x = tokens([2, 3], 6);
    for (const layer of [calm, hasty]) {
      layer.forward(x);
      layer.backward(dy);
    }
    hasty.forward(tokens([2, 3], 6, dtype, 9));
    expectSameBits(hasty.weight.grad.data, calm.weight.grad.data);
  });

  test("is not learned where it is not trainable, but saved and counted", () => {
    const model = new Sequential([
      embedding(11, 5, { trainable: false }),
      new LSTM(5, 3, { random: new RandomState(0), dtype }),
    ]);
    expect(model.parameters()).toHaveLength(3);
    expect([...model.namedParameters().keys()]).toContain("0.weight");
    expect(summary(model, [4]).split("\n")[2]).toMatch(/0 Embedding +\[N, 4, 5\] +55/);
    const before = model.layers[0]!.namedParameters().get("weight")!.value.clone();
    const sgd = new SGD(model.parameters(), { learningRate: 1 });
    gradients(model, tokens([2, 4], 11));
    sgd.step();
    expectSameBits(model.layers[0]!.namedParameters().get("weight")!.value.data, before.data);
  });

  test("has the same bits on any number of threads", async () => {
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 3]) {
      await withThreads(threads, () => {
        const layer = embedding(500, 65, { dtype: "float32" });
        const y = layer.forward(tokens([32, 80], 500, "float32")).clone();
        layer.backward(randomTensor(y.shape));
        results.push(Float32Array.from([...y.data, ...layer.weight.grad.data]));
      });
    }
    for (const result of results) expectSameBits(result, results[0]!);
  });

  test("says what is wrong", () => {
    const layer = embedding(10, 4);
    for (const token of [10, -1, 2.5, Number.NaN]) {
      expect(() => layer.forward(Tensor.from([[1, token]], undefined, dtype))).toThrow(
        new ArgumentError("Embedding.forward", `tokens must be whole numbers from 0 to 9, got ${token}`),
      );
    }
    for (const shape of [[3], [3, 0], [1, 2, 3]]) {
      expect(() => layer.forward(Tensor.zeros(shape, dtype))).toThrow(
        new ShapeError("Embedding.forward", `x must be [N, T] with T > 0, got [${shape.join(", ")}]`),
      );
    }
    expect(() => layer.forward(Tensor.zeros([1, 2]))).toThrow(ArgumentError);
    expect(() => embedding(10, 4).backward(Tensor.zeros([1, 2, 4], dtype))).toThrow(
      new ArgumentError("Embedding.backward", "forward must be called first"),
    );
    layer.forward(Tensor.zeros([1, 2], dtype));
    expect(() => layer.backward(Tensor.zeros([1, 2, 5], dtype))).toThrow(
      new ShapeError("Embedding.backward", "dy must be [1, 2, 4], got [1, 2, 5]"),
    );
    expect(() => embedding(0, 4)).toThrow(
      new ArgumentError("Embedding", "dictSize must be a whole number > 0, got 0"),
    );
    expect(() => embedding(3, 4, { weights: Tensor.zeros([4, 3], dtype) })).toThrow(
      new ShapeError("Embedding", "weights must be [3, 4], got [4, 3]"),
    );
  });
});

describe.each(["lstm", "gru before", "gru after"] as const)("an Embedding and a %s together", (kind) => {
  test.each([false, true])(
    "are the same function as one after the other, all states: %s",
    (returnSequences) => {
      const x = tokens([5, 13], 11);
      const [joined, chained] = [
        network(kind, { returnSequences }),
        network(kind, { returnSequences, chain: true }),
      ];
      expectSameBits(joined.forward(x).data, chained.forward(x).data);
      const wanted = gradients(chained, x);
      for (const [name, gradient] of gradients(joined, x)) expectClose(gradient, wanted.get(name)!, 1e-12);
    },
  );

  test("add the gradients of several backwards", () => {
    const model = network(kind);
    const y = model.forward(tokens([3, 4], 11));
    for (const value of [1, 2]) model.backwardParameters(Tensor.full(y.shape, value, dtype));
    const sum = [...model.namedParameters()].map(([name, { grad }]) => [name, grad.data.slice()] as const);
    model.zeroGrad();
    model.backwardParameters(Tensor.full(y.shape, 3, dtype));
    for (const [name, gradient] of sum) {
      expectClose(gradient, model.namedParameters().get(name)!.grad.data, 1e-12);
    }
  });

  test("have the gradient of central differences", () => {
    const model = network(kind, { maskZero: true });
    const x = Tensor.from(
      [
        [0, 0, 3, 1],
        [0, 2, 0, 3],
        [3, 1, 2, 4],
      ],
      undefined,
      dtype,
    );
    const h = 1e-5;
    for (const [name, gradient] of gradients(model, x)) {
      const { data } = model.namedParameters().get(name)!.value;
      const scale = Math.max(...gradient.map(Math.abs));
      for (let i = 0; i < data.length; i += Math.ceil(data.length / 40)) {
        const value = data[i]!;
        const sum = (v: number): number => {
          data[i] = v;
          return model.forward(x).sum().item();
        };
        const numeric = (sum(value + h) - sum(value - h)) / (2 * h);
        data[i] = value;
        expect(Math.abs(numeric - gradient[i]!), `${name} ${i}`).toBeLessThan(1e-7 * Math.max(scale, 1));
      }
    }
  });

  test("masked, a padded sequence is computed as it is without its padding", () => {
    const masked = network(kind, { maskZero: true });
    const plain = network(kind);
    const reviews = [[5, 3], [1, 2, 3, 4, 5, 6, 7], [9], [4, 4, 10, 1]];
    const padded = reviews.map((review) => [...new Array<number>(7 - review.length).fill(0), ...review]);
    const y = masked.forward(Tensor.from(padded, undefined, dtype)).clone();
    const sums = new Map<string, Float64Array>();
    reviews.forEach((review, n) => {
      const x = Tensor.from([review], undefined, dtype);
      expectSameBits(plain.forward(x).data, y.rows(n).data, `review ${n}`);
      for (const [name, gradient] of gradients(plain, x)) {
        const sum = sums.get(name) ?? new Float64Array(gradient.length);
        sums.set(
          name,
          sum.map((value, i) => value + gradient[i]!),
        );
      }
    });
    for (const [name, gradient] of gradients(masked, Tensor.from(padded, undefined, dtype)))
      expectClose(gradient, sums.get(name)!, 1e-12);
    const scattered = Tensor.from([[1, 0, 2, 3, 0, 0, 4, 5, 6, 7]], undefined, dtype);
    expectSameBits(masked.forward(scattered).data, y.rows(1).data, "padding in between");
  });

  test("masked, a sequence of padding alone leaves the state 0", () => {
    const model = network(kind, { maskZero: true });
    for (const x of [
      Tensor.zeros([2, 4], dtype),
      Tensor.from(
        [
          [0, 0],
          [0, 1],
        ],
        undefined,
        dtype,
      ),
    ]) {
      const y = model.forward(x).clone();
      expect(y.rows(0).data.every((value) => value === 0)).toBe(true);
      for (const [, gradient] of gradients(model, x)) expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });

  test("have the same bits on any number of threads", async () => {
    for (const type of ["float32", "float64"] as const) {
      const results: Float64Array[] = [];
      for (const threads of [1, 2, 3]) {
        await withThreads(threads, () => {
          const model = network(kind, { maskZero: true, type });
          const x = tokens([37, 30], 11, type);
          const y = Float64Array.from(model.forward(x).data);
          results.push(
            Float64Array.from([y, ...gradients(model, x).values()].flatMap((array) => [...array])),
          );
        });
      }
      for (const result of results) expectSameBits(result, results[0]!, type);
    }
  });

  test("take no new memory from step to step, however long the sequences", () => {
    const model = network(kind, { maskZero: true, type: "float32" });
    const batches = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => tokens([16, 200], 11, "float32", seed));
    const dy = Tensor.ones(model.forward(batches[0]!).shape, "float32");
    const pass = (): void => {
      for (const x of batches) {
        reuse(() => {
          model.zeroGrad();
          model.forward(x);
          model.backwardParameters(dy);
        });
      }
    };
    pass();
    pass();
    const before = memoryBytes();
    for (let i = 0; i < 10; i++) pass();
    expect(memoryBytes()).toBe(before);
  });
});

test("masking needs a recurrent layer that returns its last state behind the Embedding", () => {
  const random = new RandomState(0);
  const masked = embedding(9, 4, { maskZero: true });
  expect(() => new Sequential([masked, new ReLU()])).toThrow(
    new ArgumentError("Sequential", "maskZero needs an LSTM or a GRU behind the Embedding, got ReLU"),
  );
  expect(() => new Sequential([masked])).toThrow(ArgumentError);
  expect(() => new Sequential([masked, new LSTM(4, 2, { random, dtype, returnSequences: true })])).toThrow(
    new ArgumentError("Sequential", "returnSequences has no state for the steps that maskZero skips"),
  );
});

test("the homework's networks have as many parameters as there", () => {
  const random = new RandomState(0);
  const counts = (model: Module): string[] => summary(model, [512]).match(/[\d,]+$/gm) ?? [];
  const lstm = [
    new Embedding(10_000, 128, { random }),
    new LSTM(128, 64, { random }),
    new Linear(64, 1, { random }),
  ];
  expect(counts(new Sequential(lstm))).toEqual(["1,280,000", "49,408", "65", "1,329,473"]);
  const gru = [
    new Embedding(20_000, 128, { random }),
    new GRU(128, 128, { random }),
    new Linear(128, 1, { random }),
  ];
  expect(counts(new Sequential(gru))).toEqual(["2,560,000", "98,688", "129", "2,658,817"]);
});

test("an LSTM learns whether a 1 came before the 2", () => {
  const random = new RandomState(4);
  const model = new Sequential([
    new Embedding(6, 4, { random, maskZero: true }),
    new LSTM(4, 8, { random }),
    new Linear(8, 1, { random }),
  ]);
  const loss = new BinaryCrossEntropyLoss();
  const sgd = new SGD(model.parameters(), { learningRate: 0.5, momentum: 0.9 });
  const drawn = Array.from({ length: 64 }, () => Array.from(random.randint(3, 6, 12)));
  const labels = drawn.map((row, i) => {
    const [early, late] = [2 + (i % 4), 7 + (i % 5)];
    [row[early], row[late]] = i % 2 === 0 ? [1, 2] : [2, 1];
    return 1 - (i % 2);
  });
  const x = Tensor.from(drawn);
  let value = 0;
  for (let step = 0; step < 150; step++) {
    sgd.zeroGrad();
    value = loss.forward(model.forward(x), labels);
    model.backwardParameters(loss.backward());
    sgd.step();
  }
  expect(value).toBeLessThan(0.05);
});
