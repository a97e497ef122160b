import fc from "fast-check";
import {
  ArgumentError,
  type Batch,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
  Linear,
  memoryBytes,
  RandomState,
  ShapeError,
  split,
  Tensor,
  take,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { reused } from "../../lib/dist/tensor/reuse";
import { blobs, pixels } from "../helpers/blobs";
import { collectGarbage } from "../helpers/collectGarbage";
import { expectSameBits } from "../helpers/expectSameBits";

/** Samples of two numbers, sample i being [i, i / 2], with label i mod 3. */
function numbered(count: number, Kind: typeof Float32Array | typeof Float64Array = Float32Array): Dataset {
  const inputs = new Kind(2 * count).map((_, i) => (i % 2 === 0 ? i / 2 : (i - 1) / 4));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  return { name: "numbered", count, sampleShape: [2], classes: 3, inputs, labels };
}

/** Which samples an epoch of `numbered` deals out, batch by batch. */
function epoch(loader: DataLoader): number[][] {
  return Array.from(loader, ({ x, labels }) => {
    const numbers = Array.from({ length: x.shape[0]! }, (_, i) => x.at(i, 0));
    expect([...labels]).toEqual(numbers.map((number) => number % 3));
    return numbers;
  });
}

describe("an epoch", () => {
  test("keeps the order, the last batch being shorter", () => {
    const loader = new DataLoader(numbered(7), { batchSize: 3 });
    expect(loader.batches).toBe(3);
    expect(epoch(loader)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(epoch(loader)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  test("leaves the short batch out where asked to", () => {
    const loader = new DataLoader(numbered(7), { batchSize: 3, dropLast: true });
    expect(loader.batches).toBe(2);
    expect(epoch(loader)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(epoch(new DataLoader(numbered(6), { batchSize: 3, dropLast: true }))).toHaveLength(2);
    const none = new DataLoader(numbered(2), { batchSize: 3, dropLast: true });
    expect([none.batches, epoch(none)]).toEqual([0, []]);
  });

  test("is one batch where the batch is larger than the data", () => {
    expect(epoch(new DataLoader(numbered(4), { batchSize: 100 }))).toEqual([[0, 1, 2, 3]]);
  });

  test("is dealt in the order of the stream's permutations, one an epoch", () => {
    const loader = new DataLoader(numbered(20), { batchSize: 6, shuffle: new RandomState(4) });
    const random = new RandomState(4);
    const first = [...random.permutation(20)];
    const second = [...random.permutation(20)];
    expect(first).not.toEqual(second);
    expect(epoch(loader).flat()).toEqual(first);
    expect(epoch(loader).flat()).toEqual(second);
  });

  test("may be abandoned: the next begins anew with the next permutation", () => {
    const loader = new DataLoader(numbered(10), { batchSize: 3, shuffle: new RandomState(9) });
    for (const _ of loader) break;
    const random = new RandomState(9);
    random.permutation(10);
    expect(epoch(loader).flat()).toEqual([...random.permutation(10)]);
  });

  test("deals batches that stay as they are", () => {
    const dataset = numbered(9);
    const seen: Batch[] = [...new DataLoader(dataset, { batchSize: 3 })];
    expect(seen.flatMap(({ labels }) => [...labels])).toEqual([...dataset.labels]);
    seen.forEach(({ x, labels }, i) => {
      const again = new DataLoader(dataset, { batchSize: 3 }).pick([3 * i, 3 * i + 1, 3 * i + 2]);
      expect([...x.data]).toEqual([...again.x.data]);
      expect(labels).toEqual(again.labels);
    });
  });

  test("uses its buffers again in the steps of a training", () => {
    const loader = new DataLoader(numbered(9), { batchSize: 3 });
    const seen: Batch[] = [...reused(loader), ...reused(loader)];
    expect(new Set(seen.map(({ x }) => x)).size).toBe(1);
    expect(new Set(seen.map(({ labels }) => labels)).size).toBe(1);
  });
});

describe("an epoch resumed", () => {
  test("goes on behind the batches it has dealt, and then draws as if never stopped", () => {
    const options = { batchSize: 3 };
    const whole = new DataLoader(numbered(20), { ...options, shuffle: new RandomState(4) });
    const wanted = [epoch(whole), epoch(whole)];
    const stopped = new DataLoader(numbered(20), { ...options, shuffle: new RandomState(4) });
    expect(stopped.epochStart).toBeUndefined();
    for (const _ of stopped) break;
    const { epochStart, stream } = stopped;
    expect(epochStart).toEqual(new RandomState(4).getState());
    const random = RandomState.fromState(stream!.getState());
    const resumed = new DataLoader(numbered(20), { ...options, shuffle: random });
    resumed.resume(5, epochStart);
    expect(epoch(resumed)).toEqual(wanted[0]!.slice(5));
    expect(resumed.epochStart).toEqual(epochStart);
    expect(epoch(resumed)).toEqual(wanted[1]);
    resumed.resume(7, epochStart);
    expect(epoch(resumed)).toEqual([]);
  });

  test("deals the same batches wherever it is resumed", () => {
    const cases = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      batchSize: fc.integer({ min: 1, max: 50 }),
      dropLast: fc.boolean(),
      seed: fc.nat(1000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ count, batchSize, dropLast, seed, share }) => {
        const shuffle = new RandomState(seed);
        const whole = new DataLoader(numbered(count), { batchSize, dropLast, shuffle });
        const wanted = epoch(whole);
        const at = Math.round(share * whole.batches);
        const resumed = new DataLoader(numbered(count), { batchSize, dropLast, shuffle });
        resumed.resume(at, whole.epochStart);
        expect(epoch(resumed)).toEqual(wanted.slice(at));
      }),
    );
  });

  test("keeps its order, or goes on with its stream, where nothing is shuffled", () => {
    const plain = new DataLoader(numbered(7), { batchSize: 3 });
    plain.resume(1);
    expect(epoch(plain)).toEqual([[3, 4, 5], [6]]);
    const random = new RandomState(7);
    const drawn = new DataLoader(numbered(7), { batchSize: 3, replacement: random, steps: 4 });
    drawn.resume(2);
    const same = new RandomState(7);
    expect(epoch(drawn)).toEqual([[...same.choice(7, 3)], [...same.choice(7, 3)]]);
    expect([plain.stream, drawn.stream]).toEqual([undefined, random]);
  });

  test("has to be one it can have", () => {
    const loader = new DataLoader(numbered(7), { batchSize: 3, shuffle: new RandomState(1) });
    for (const batch of [-1, 4, 0.5, Number.NaN]) {
      expect(() => loader.resume(batch, new RandomState(1).getState())).toThrow(
        new ArgumentError("DataLoader.resume", `batch must be a whole number from 0 to 3, got ${batch}`),
      );
    }
    expect(() => loader.resume(1)).toThrow(
      new ArgumentError("DataLoader.resume", "epochStart must be given where samples are shuffled, got none"),
    );
  });
});

describe("with replacement", () => {
  test("each batch is NumPy's choice(count, batchSize)", () => {
    const loader = new DataLoader(numbered(11), { batchSize: 4, replacement: new RandomState(7), steps: 5 });
    expect(loader.batches).toBe(5);
    const random = new RandomState(7);
    for (let k = 0; k < 2; k++) {
      const wanted = Array.from({ length: 5 }, () => [...random.choice(11, 4)]);
      expect(epoch(loader)).toEqual(wanted);
    }
    // numpy.random.RandomState(7).choice(11, 4)
    const first = new DataLoader(numbered(11), { batchSize: 4, replacement: new RandomState(7) });
    expect(epoch(first)[0]).toEqual([4, 9, 6, 3]);
  });

  test("an epoch has as many batches as without, all of them full", () => {
    const random = new RandomState(1);
    for (const [options, batches] of [
      [{}, 3],
      [{ dropLast: true }, 2],
    ] as const) {
      const loader = new DataLoader(numbered(7), { batchSize: 3, replacement: random, ...options });
      expect(epoch(loader).map((numbers) => numbers.length)).toEqual(Array(batches).fill(3));
    }
    const larger = new DataLoader(numbered(2), { batchSize: 5, replacement: random });
    expect(epoch(larger).map((numbers) => numbers.length)).toEqual([5]);
  });
});

describe("inputs", () => {
  const bytes: Dataset = {
    name: "bytes",
    count: 2,
    sampleShape: [3, 17],
    classes: 2,
    // A run of zeros longer than a vector, and every value up to 101.
    inputs: Uint8Array.from({ length: 102 }, (_, i) => (i > 20 && i < 60 ? 0 : 255 - i)),
    labels: Uint8Array.of(0, 1),
  };

  test("of bytes become byte / 255, in both dtypes", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const { x, labels } = new DataLoader(bytes, { batchSize: 2, dtype }).pick([1, 0]);
      expect(x.shape).toEqual([2, 51]);
      const order = [...bytes.inputs.subarray(51), ...bytes.inputs.subarray(0, 51)].map((byte) => byte / 255);
      const wanted = dtype === "float32" ? Float32Array.from(order) : Float64Array.from(order);
      expect([...x.data]).toEqual([...wanted]);
      expect([...labels]).toEqual([1, 0]);
    }
  });

  test("of bytes go through the caller's function, where 0 need not stay 0", () => {
    const normalize = (byte: number): number => (byte - 128) / 64;
    const { x } = new DataLoader(bytes, { batchSize: 2, normalize }).pick([0, 1]);
    expect([...x.data]).toEqual(Array.from(bytes.inputs, normalize));
  });

  test("of floats are not changed but for their dtype", () => {
    for (const Kind of [Float32Array, Float64Array]) {
      for (const dtype of ["float32", "float64"] as const) {
        const dataset = numbered(5, Kind);
        dataset.inputs[3] = 0.1;
        const { x } = new DataLoader(dataset, { batchSize: 5, dtype, normalize: () => 7 }).pick([
          0, 1, 2, 3, 4,
        ]);
        expect(x.dtype).toBe(dtype);
        expect([...x.data]).toEqual(Array.from(dataset.inputs, dtype === "float32" ? Math.fround : Number));
      }
    }
  });

  test("of tokens become floats, however they are cut among threads", () => {
    const inputs = Uint16Array.from({ length: 3 * 40_001 }, (_, i) => (i * 40_503) % 65_536);
    const labels = new Uint8Array(3);
    const tokens: Dataset = { name: "tokens", count: 3, sampleShape: [40_001], classes: 2, inputs, labels };
    for (const dtype of ["float32", "float64"] as const) {
      const { x } = new DataLoader(tokens, { batchSize: 3, dtype, normalize: () => 7 }).pick([2, 0, 1]);
      const order = [2, 0, 1].flatMap((i) => Array.from(inputs.subarray(i * 40_001, (i + 1) * 40_001)));
      expect(x.data).toEqual(dtype === "float32" ? Float32Array.from(order) : Float64Array.from(order));
    }
  });

  test("are the bytes through the table, whatever the length of a sample and their number", () => {
    for (const features of [1, 3, 8, 17, 64, 65, 130]) {
      const dataset = pixels({ count: 40, features });
      for (const normalize of [(byte: number) => byte / 255, (byte: number) => 1 - byte]) {
        const loader = new DataLoader(dataset, { batchSize: 17, normalize });
        for (const size of [1, 3, 8, 9, 17]) {
          const indices = Array.from({ length: size }, (_, i) => (i * 23 + 5) % 40);
          const wanted = indices.flatMap((i) =>
            Array.from(dataset.inputs.subarray(i * features, (i + 1) * features), normalize),
          );
          expect(loader.pick(indices).x.data).toEqual(Float32Array.from(wanted));
        }
      }
    }
  });

  test("are the same for two loaders of the same data", () => {
    const dataset = pixels({ count: 40, features: 50 });
    const [one, other] = [1, 2].map(() => new DataLoader(dataset, { batchSize: 40 }));
    expectSameBits(one!.pick([3, 39, 0]).x.data, other!.pick([3, 39, 0]).x.data);
    const wide = new DataLoader(dataset, { batchSize: 40, dtype: "float64" }).pick([3, 39, 0]);
    expect([...wide.x.to("float32").data]).toEqual([...one!.pick([3, 39, 0]).x.data]);
  });
});

describe("the copy in the kernels' memory", () => {
  test("is one for all views of the same samples", () => {
    const dataset = pixels({ count: 100, features: 1000 });
    const loaders = [
      new DataLoader(dataset, { batchSize: 2 }),
      new DataLoader(take(dataset, 50), { batchSize: 2 }),
    ];
    const before = memoryBytes();
    for (let i = 0; i < 1000; i++) {
      loaders.push(new DataLoader(take(dataset, i % 2 === 0 ? 50 : 100), { batchSize: 2 }));
    }
    expect(memoryBytes() - before).toBeLessThan(20 * 2 ** 20);
    for (const loader of loaders) {
      expectSameBits(loader.pick([49, 3]).x.data, loaders[0]!.pick([49, 3]).x.data);
    }
    const [, second] = split(dataset, [50, 50]);
    const { x } = new DataLoader(second!, { batchSize: 2 }).pick([1]);
    expectSameBits(x.data, loaders[0]!.pick([51]).x.data);
  });

  test("of a tensor's data goes with them", async () => {
    for (let i = 0; i < 20; i++) {
      const dataset = { ...numbered(1), inputs: Tensor.from([i, i]).data };
      expect(new DataLoader(dataset, { batchSize: 1 }).pick([0]).x.toArray()).toEqual([[i, i]]);
      await collectGarbage();
    }
  });
});

describe("inputs changed in place are seen", () => {
  test("and inputs that others took the place of, or that went away", () => {
    const inputs = new Float32Array(4);
    const dataset = {
      name: "toy",
      count: 4,
      sampleShape: [1],
      classes: 1,
      inputs,
      labels: new Uint8Array(4),
    };
    const loader = new DataLoader(dataset, { batchSize: 4 });
    dataset.inputs = Float32Array.of(1, 2, 3, 4);
    expect([...[...loader][0]!.x.data]).toEqual([1, 2, 3, 4]);
    const moved = new Float32Array(4);
    const second = new DataLoader({ ...dataset, inputs: moved }, { batchSize: 4 });
    structuredClone(moved, { transfer: [moved.buffer] });
    const gone = "inputs must be [4, 1], 4 numbers, got 0";
    expect(() => [...second]).toThrow(new ShapeError("DataLoader", gone));
    expect(() => second.pick([0])).toThrow(gone);
  });

  /** [28] bytes a sample, sample i all i + shift. */
  function steps(shift: number, inputs: Dataset["inputs"] = new Uint8Array(5 * 28)): Dataset {
    for (let i = 0; i < inputs.length; i++) inputs[i] = Math.floor(i / 28) + shift;
    return {
      name: "steps",
      count: 5,
      sampleShape: [28],
      classes: 5,
      inputs,
      labels: Uint8Array.of(0, 1, 2, 3, 4),
    };
  }
  const identity = { batchSize: 2, normalize: (byte: number) => byte };

  test("by the next epoch, a pick and a new loader of bytes, on lists too", () => {
    const dataset = steps(1);
    const loader = new DataLoader(dataset, identity);
    const last = (): number => loader.pick([4]).x.at(0, 27);
    expect(last()).toBe(5);
    dataset.inputs[5 * 28 - 1] = 77;
    expect(last()).toBe(77);
    expect(new DataLoader(dataset, identity).pick([4]).x.at(0, 27)).toBe(77);
    steps(10, dataset.inputs);
    const seen = [];
    for (const { x } of loader) for (let i = 0; i < x.shape[0]!; i++) seen.push(x.at(i, 3));
    expect(seen).toEqual([10, 11, 12, 13, 14]);
  });

  test("by the lists that a first layer reads", () => {
    const dataset = pixels({ count: 4, features: 200 });
    const layer = new Linear(200, 20, { random: new RandomState(1) });
    const loader = new DataLoader(dataset, { batchSize: 4 });
    const product = (): Tensor => layer.forward(loader.pick([2]).x).clone();
    const before = product();
    dataset.inputs.copyWithin(400, 0, 200);
    const after = product();
    expect([...after.data]).not.toEqual([...before.data]);
    expectSameBits(after.data, layer.forward(loader.pick([0]).x).data);
  });

  test("where three chunks are read into one buffer, each with a loader of its own", () => {
    for (const Kind of [Uint8Array, Uint16Array, Float32Array, Float64Array]) {
      const inputs = new Kind(6);
      const chunk = (value: number): number => {
        inputs.fill(value);
        const labels = Uint8Array.of(0, 0);
        const dataset: Dataset = { name: "chunk", count: 2, sampleShape: [3], classes: 1, inputs, labels };
        return new DataLoader(dataset, { batchSize: 2, normalize: (byte) => byte }).pick([1]).x.at(0, 2);
      };
      expect([chunk(1), chunk(2), chunk(3)]).toEqual([1, 2, 3]);
    }
  });

  test("and floats standardised in place, in both dtypes", () => {
    for (const Kind of [Float32Array, Float64Array]) {
      for (const dtype of ["float32", "float64"] as const) {
        const dataset = numbered(4, Kind);
        const loader = new DataLoader(dataset, { batchSize: 4, dtype });
        const values = (): number[] => [...loader].flatMap(({ x }) => [...x.data]);
        const before = values();
        for (let i = 0; i < dataset.inputs.length; i++) dataset.inputs[i] = (dataset.inputs[i]! - 1) / 4;
        expect(values()).toEqual(before.map((value) => (value - 1) / 4));
      }
    }
  });

  test("but not by a batch that was dealt before", () => {
    const dataset = steps(1);
    const loader = new DataLoader(dataset, identity);
    const { x } = loader.pick([3]);
    steps(20, dataset.inputs);
    expect(new DataLoader(dataset, identity).pick([0, 1]).x.at(1, 0)).toBe(21);
    expect(x.at(0, 0)).toBe(4);
  });
});

test("more than 1 GiB of floats is dealt from where it lies, and its values are looked at", () => {
  const size = 2 ** 20;
  const inputs = new Float64Array(129 * size);
  inputs[128 * size + 7] = 0.5;
  const dataset: Dataset = {
    name: "large",
    count: 129,
    sampleShape: [size],
    classes: 2,
    inputs,
    labels: new Uint8Array(129),
  };
  const before = memoryBytes();
  const loader = new DataLoader(dataset, { batchSize: 2 });
  expect(loader.pick([128, 1]).x.at(0, 7)).toBe(0.5);
  expect(memoryBytes() - before).toBeLessThan(2 ** 28);
  inputs[3 * size + 4] = Number.NaN;
  const problem = "inputs of large must be finite, got NaN in sample 3, value 4";
  expect(() => loader.pick([1, 3])).toThrow(new ArgumentError("DataLoader", problem));
  expect(() => new DataLoader(dataset, { batchSize: 2 })).toThrow(new ArgumentError("DataLoader", problem));
});

test("more than 1 GiB of bytes is dealt from where it lies", () => {
  const size = 2 ** 20;
  const inputs = new Uint8Array(1025 * size);
  for (const sample of [0, 700, 1024]) inputs.fill(sample % 255, sample * size + 5, sample * size + 9);
  const dataset: Dataset = {
    name: "large",
    count: 1025,
    sampleShape: [size],
    classes: 2,
    inputs,
    labels: new Uint8Array(1025),
  };
  const before = memoryBytes();
  const loader = new DataLoader(dataset, { batchSize: 3, normalize: (byte) => byte });
  const { x } = loader.pick([1024, 700, 3]);
  expect([0, 1, 2].map((row) => x.at(row, 5))).toEqual([4, 190, 0]);
  const layer = new Linear(size, 17, { random: new RandomState(1) });
  expectSameBits(layer.forward(loader.pick([700]).x).data, layer.forward(loader.pick([700]).x.clone()).data);
  inputs[700 * size + 6] = 3;
  expect(loader.pick([700]).x.at(0, 6)).toBe(3);
  expect(memoryBytes() - before).toBeLessThan(2 ** 30);
});

describe("pick", () => {
  const loader = new DataLoader(numbered(10), { batchSize: 4 });

  test("deals out the samples asked for, also twice the same", () => {
    const { x, labels } = loader.pick([7, 2, 7]);
    expect(x.toArray()).toEqual([
      [7, 3.5],
      [2, 1],
      [7, 3.5],
    ]);
    expect([...labels]).toEqual([1, 2, 1]);
    expect(loader.pick(Int32Array.of(1, 2, 3, 4)).labels).toHaveLength(4);
    expect(loader.pick([]).x.shape).toEqual([0, 2]);
  });

  test("its labels outlive the loader", async () => {
    const labelsOf = (): Int32Array => new DataLoader(numbered(10), { batchSize: 4 }).pick([1, 2]).labels;
    const kept = Array.from({ length: 20 }, labelsOf);
    await collectGarbage();
    for (let i = 0; i < 100; i++) new DataLoader(numbered(10), { batchSize: 4 }).pick([0, 0, 0, 0]);
    for (const labels of kept) expect([...labels]).toEqual([1, 2]);
  });

  test("refuses too many samples, and ones that are not there", () => {
    for (const indices of [undefined, 3, "ab"]) {
      expect(() => loader.pick(indices as unknown as number[])).toThrow(
        "DataLoader.pick: indices must be a list of numbers, got",
      );
    }
    expect(() => loader.pick([0, 1, 2, 3, 4])).toThrow(
      new ArgumentError("DataLoader.pick", "at most 4 samples, got 5"),
    );
    for (const index of [10, -1, 0.5, Number.NaN]) {
      expect(() => loader.pick([0, index])).toThrow(
        new ArgumentError("DataLoader.pick", `indices must be 0 to 9, got ${index}`),
      );
    }
  });
});

describe("refuses", () => {
  test("a batch size that is no whole number above 0", () => {
    for (const batchSize of [0, -1, 2.5, Number.NaN]) {
      expect(() => new DataLoader(blobs(), { batchSize })).toThrow(
        new ArgumentError("DataLoader", `batchSize must be a whole number > 0, got ${batchSize}`),
      );
    }
  });

  test("two ways to draw, and steps that do not fit", () => {
    const random = new RandomState(1);
    const refused = (options: Partial<DataLoaderOptions>, problem: string): void => {
      expect(() => new DataLoader(blobs(), { batchSize: 4, ...options })).toThrow(
        new ArgumentError("DataLoader", problem),
      );
    };
    refused(
      { shuffle: random, replacement: random },
      "only one of shuffle and replacement must be given, got both",
    );
    refused({ steps: 3 }, "steps goes with replacement, got 3 without");
    refused({ steps: 3, shuffle: random }, "steps goes with replacement, got 3 without");
    for (const steps of [0, -1, 2.5, Number.NaN]) {
      refused({ steps, replacement: random }, `steps must be a whole number > 0, got ${steps}`);
    }
  });

  test("options of another kind, or unknown", () => {
    const refused = (options: object, problem: string): void => {
      expect(() => new DataLoader(pixels(), { batchSize: 4, ...options })).toThrow(
        new ArgumentError("DataLoader", problem),
      );
    };
    refused({ shuffle: true }, "shuffle must be a stream, such as new RandomState(1), got true");
    refused({ replacement: 7 }, "replacement must be a stream, such as new RandomState(1), got 7");
    refused({ dtype: "float16" }, 'dtype must be "float32" or "float64", got "float16"');
    refused({ dropLast: 1 }, "dropLast must be true or false, got 1");
    refused({ normalize: 255 }, "normalize must be a function, got 255");
    refused(
      { normalize: (byte: number) => 1 / byte },
      "normalize must give finite numbers, got Infinity for byte 0",
    );
    refused(
      { batch_size: 3 },
      'unknown option "batch_size"; did you mean batchSize? ' +
        "The options are batchSize, shuffle, replacement, steps, dropLast, dtype, normalize, augment",
    );
  });

  test("floats that are not finite, also those that become so in place, or in float32", () => {
    const dataset = numbered(4);
    const loader = new DataLoader(dataset, { batchSize: 4 });
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      dataset.inputs[5] = value;
      const error = new ArgumentError(
        "DataLoader",
        `inputs of numbered must be finite, got ${value} in sample 2, value 1`,
      );
      expect(() => new DataLoader(dataset, { batchSize: 4 })).toThrow(error);
      expect(() => loader.pick([0, 2])).toThrow(error);
      expect(() => epoch(loader)).toThrow(error);
    }
    const wide = numbered(4, Float64Array);
    wide.inputs[7] = 1e300;
    expect(new DataLoader(wide, { batchSize: 4, dtype: "float64" }).pick([3]).x.at(0, 1)).toBe(1e300);
    expect(() => new DataLoader(wide, { batchSize: 4 }).pick([3])).toThrow(
      new ArgumentError(
        "DataLoader",
        "inputs of numbered must be finite as float32, got 1e+300 in sample 3, value 1",
      ),
    );
  });

  test("labels that become none of the classes in place", () => {
    const dataset = numbered(4);
    const loader = new DataLoader(dataset, { batchSize: 4 });
    dataset.labels[2] = 9;
    expect(() => loader.pick([1, 2])).toThrow(
      new ArgumentError(
        "DataLoader",
        "labels of numbered must be whole numbers from 0 to 2, got 9 in sample 2",
      ),
    );
  });

  test("a dataset without samples, or one that contradicts itself", () => {
    expect(() => new DataLoader(numbered(0), { batchSize: 1 })).toThrow(
      new ArgumentError("DataLoader", "dataset numbered has no samples"),
    );
    expect(() => new DataLoader({ ...numbered(4), count: 5 }, { batchSize: 1 })).toThrow(ShapeError);
    expect(() => new DataLoader({ ...numbered(4), classes: 2 }, { batchSize: 1 })).toThrow(ArgumentError);
  });
});
