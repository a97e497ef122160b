import {
  type Batch,
  CrossEntropyLoss,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
  type DType,
  Linear,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { kernels } from "../../lib/dist/kernels/load";
import { allocateBytes, allocateInt32 } from "../../lib/dist/kernels/memory";
import { ListedTensor } from "../../lib/dist/tensor/ListedTensor";
import { matmulInto } from "../../lib/dist/tensor/matmul";
import { NonZeros } from "../../lib/dist/tensor/NonZeros";
import { reuse } from "../../lib/dist/tensor/reuse";
import { pixels } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

/** The lists of a batch as it hands them out, if it does; [how many entries before each block, the entries' bytes]. */
function listsOf(x: Tensor): [number[][], number[][]] | undefined {
  const [rows, length] = x.shape as [number, number];
  const kernel = kernels(x.dtype);
  const entries = allocateBytes(rows * length * kernel.entryBytes());
  const bounds = allocateInt32(rows * (kernel.rowBlocks(length) + 1));
  if (!(x instanceof ListedTensor))
    kernel.nonZeros(0, rows, length, x.data.byteOffset, entries.byteOffset, bounds.byteOffset);
  else if (!x.list(entries, bounds)) return undefined;
  const stride = bounds.length / rows;
  const perRow = Array.from({ length: rows }, (_, i) => [...bounds.subarray(i * stride, (i + 1) * stride)]);
  const bytes = perRow.map((row, i) => {
    const first = i * length * kernel.entryBytes();
    return [...entries.subarray(first, first + row.at(-1)! * kernel.entryBytes())];
  });
  return [perRow, bytes];
}

function loaderOf(dataset: Dataset, options: Partial<DataLoaderOptions> = {}): DataLoader {
  return new DataLoader(dataset, { batchSize: dataset.count, ...options });
}

describe.each(["float32", "float64"] as const)("the lists of a batch in %s", (dtype) => {
  test.each([1, 2])("are those of its data, on %i thread(s)", async (threads) => {
    await withThreads(threads, () => {
      for (const features of [15, 16, 17, 99, 100, 101, 116, 200, 784]) {
        const dataset = pixels({ count: 70, features });
        const indices = new RandomState(features).permutation(70);
        const options = { dtype, normalize: (byte: number) => byte / 128 };
        const lists = listsOf(loaderOf(dataset, options).pick(indices).x);
        expect(lists).toBeDefined();
        expect(lists).toEqual(listsOf(loaderOf(dataset, options).pick(indices).x.clone()));
      }
    });
  });

  test("lead across any number of zeros", () => {
    for (const gap of [0, 1, 238, 239, 240, 254, 255, 256, 500, 1300]) {
      for (const first of [0, 3, 90]) {
        const length = first + gap + 300;
        const inputs = new Uint8Array(2 * length);
        for (const column of [first, first + gap + 1, length - 1]) inputs[column] = 255;
        const labels = new Uint8Array(2);
        const dataset: Dataset = {
          name: "gaps",
          count: 2,
          sampleShape: [length],
          classes: 1,
          inputs,
          labels,
        };
        const { x } = loaderOf(dataset, { dtype }).pick([0, 1]);
        expect(listsOf(x), `${first}, ${gap}`).toBeDefined();
        expectSameProducts(x, dtype);
      }
    }
  });
});

/** The product of a batch as it is listed, and of what its data are, in the same bits. */
function expectSameProducts(x: Tensor, dtype: DType): void {
  const [rows, length] = x.shape as [number, number];
  const w = randomTensor([length, 20], { dtype });
  const [y, wanted] = [Tensor.zeros([rows, 20], dtype), Tensor.zeros([rows, 20], dtype)];
  const nonZeros = new NonZeros();
  nonZeros.find(x);
  nonZeros.forward(w, Tensor.zeros([20], dtype), false, y);
  matmulInto(wanted, x, false, w, false, false);
  expectSameBits(y.data, wanted.data);
}

describe("no lists are handed out", () => {
  test("once somebody has the data, and may write to them", () => {
    const loader = loaderOf(pixels());
    expect(listsOf(loader.pick([1, 2]).x)).toBeDefined();
    const x = reuse(() => loader.pick([3, 4]).x);
    x.data[0] = 9;
    expect(listsOf(x)).toBeUndefined();
    expectSameProducts(x, "float32");
    const next = reuse(() => loader.pick([5, 6]).x);
    expect(next).toBe(x);
    expect(listsOf(next)).toBeUndefined();
    expect([...next.data]).toEqual([...loaderOf(pixels()).pick([5, 6]).x.data]);
  });

  test("where most bytes are not 0, and of floats", () => {
    const dense = { ...pixels(), inputs: new Uint8Array(100 * 784).fill(1) };
    expect(listsOf(loaderOf(dense).pick([0]).x)).toBeUndefined();
    const floats = { ...pixels(), inputs: new Float32Array(100 * 784) };
    expect(listsOf(loaderOf(floats).pick([0]).x)).toBeUndefined();
  });
});

describe.each(["float32", "float64"] as const)("standardised pixels in %s", (dtype) => {
  const normalize = (byte: number): number => (byte / 255 - 0.1307) / 0.3081;
  const dataset = pixels({ count: 70, features: 201 });
  const digits = dtype === "float32" ? 4 : 12;

  /** The weights after an epoch; without lists where the loader is given tensors of its own. */
  function trained(options: {
    dense?: boolean;
    look?: boolean;
    momentum?: number;
    weightDecay?: number;
  }): number[] {
    const random = new RandomState(1);
    const layers = [
      new Linear(201, 96, { random, dtype }),
      new ReLU(),
      new Linear(96, 10, { random, dtype }),
    ];
    const model = new Sequential(layers);
    const { momentum, weightDecay } = options;
    const sgd = new SGD(model.parameters(), { learningRate: 0.1, momentum, weightDecay });
    const loss = new CrossEntropyLoss();
    for (const { x, labels } of new DataLoader(dataset, { batchSize: 32, dtype, normalize })) {
      if (options.look) expect(x.data.length).toBe(x.size);
      sgd.zeroGrad();
      loss.forward(model.forward(options.dense ? x.clone() : x), labels);
      model.backwardParameters(loss.backward());
      sgd.step();
    }
    return model.parameters().flatMap(({ value }) => [...value.data]);
  }

  test("are listed less what becomes of the byte 0", () => {
    const { x } = loaderOf(dataset, { dtype, normalize }).pick([3, 4]);
    expect((x as ListedTensor).offset).toBeCloseTo(normalize(0), 6);
    expect(listsOf(x)).toBeDefined();
  });

  test.each([{}, { momentum: 0.9 }, { weightDecay: 0.01 }])("train as dense ones do, %j", (options) => {
    const dense = trained({ ...options, dense: true });
    trained(options).forEach((weight, i) => {
      expect(weight).toBeCloseTo(dense[i]!, digits);
    });
  });

  test("train to the same bits whether their data were looked at or not, on any number of threads", async () => {
    const expected = Float64Array.from(trained({}));
    expectSameBits(Float64Array.from(trained({ look: true })), expected);
    for (const threads of [2, 3])
      await withThreads(threads, () => expectSameBits(Float64Array.from(trained({})), expected));
  });

  test("that were changed in the batch are taken as they are now", () => {
    const linear = new Linear(201, 20, { random: new RandomState(1), dtype });
    const { x } = loaderOf(dataset, { dtype, normalize }).pick([3, 4]);
    x.data.fill(0.5, 0, 100);
    expectSameBits(linear.forward(x).data, linear.forward(x.clone()).data);
  });

  test("have gradients that add up", () => {
    const linear = new Linear(201, 20, { random: new RandomState(1), dtype });
    const { x } = loaderOf(dataset, { dtype, normalize }).pick([3, 4]);
    const dy = randomTensor([2, 20], { dtype, seed: 2 });
    const gradient = (input: Tensor): number[] => {
      linear.zeroGrad();
      for (let i = 0; i < 2; i++) {
        linear.forward(input);
        linear.backwardParameters(dy);
      }
      return [...linear.weight.grad.data];
    };
    const dense = gradient(x.clone());
    gradient(x).forEach((g, i) => {
      expect(g).toBeCloseTo(dense[i]!, digits);
    });
  });
});

test("a batch keeps its samples while others are dealt", () => {
  const loader = loaderOf(pixels());
  const { x } = loader.pick([8, 9]);
  loader.pick([1, 2, 3]);
  expect([...x.data]).toEqual([...loaderOf(pixels()).pick([8, 9]).x.data]);
});

test("samples of two lengths in the same bytes have lists of their own", () => {
  const long = pixels({ count: 50, features: 200 });
  const labels = new Uint8Array(100);
  const short: Dataset = { ...long, count: 100, sampleShape: [100], labels };
  for (const dataset of [long, short]) {
    const indices = [0, 1, dataset.count - 1];
    const lists = listsOf(loaderOf(dataset).pick(indices).x);
    expect(lists).toBeDefined();
    expect(lists).toEqual(listsOf(loaderOf(dataset).pick(indices).x.clone()));
  }
});

test("a batch has its lists also where others were dense or empty", () => {
  const loader = loaderOf(pixels());
  const nonZeros = new NonZeros();
  expect(nonZeros.find(loader.pick([]).x)).toBe(true);
  expect(nonZeros.find(Tensor.ones([4, 4]))).toBe(false);
  const { x } = loader.pick([1, 2]);
  expect(nonZeros.find(x)).toBe(true);
  expect(listsOf(x)).toBeDefined();
});

test("a copy of a batch holds what that of a tensor does", () => {
  const { x } = loaderOf(pixels({ count: 3, features: 20 })).pick([2, 0]);
  const { shape, dtype, data } = x.clone();
  expect({ ...x }).toMatchObject({ shape, dtype, data });
  expect(structuredClone(x).data).toEqual(data);
  expect(Object.keys(JSON.parse(JSON.stringify(x)))).toEqual(Object.keys(x.clone()));
});

describe.each(["float32", "float64"] as const)(
  "training on lists gives the weights of training on data, %s",
  (dtype) => {
    const settings = [10, 64].flatMap((batchSize) => [
      { batchSize },
      { batchSize, weightDecay: 0.01 },
      { batchSize, momentum: 0.9 },
    ]);
    test.each(settings)("%j", async ({ batchSize, ...options }) => {
      const dataset = pixels({ count: 200 });
      const train = (prepare: (x: Tensor) => Tensor): Tensor[] => {
        const init = { random: new RandomState(1), dtype };
        const model = new Sequential([new Linear(784, 40, init), new ReLU(), new Linear(40, 10, init)]);
        const sgd = new SGD(model.parameters(), { learningRate: 0.1, ...options });
        const loss = new CrossEntropyLoss();
        const loader = new DataLoader(dataset, { batchSize, shuffle: new RandomState(2), dtype });
        const step = ({ x, labels }: Batch): void => {
          sgd.zeroGrad();
          loss.forward(model.forward(prepare(x)), labels);
          model.backwardParameters(loss.backward());
          sgd.step();
        };
        for (let epoch = 0; epoch < 2; epoch++) for (const batch of loader) step(batch);
        return model.parameters().map(({ value }) => value);
      };
      const wanted = train((x) => x.clone());
      for (const threads of [1, 2]) {
        const got = await withThreads(threads, () => train((x) => x));
        for (const [i, value] of got.entries()) expectSameBits(value.data, wanted[i]!.data);
      }
    });
  },
);
