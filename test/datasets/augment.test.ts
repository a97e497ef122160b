import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ArgumentError,
  type Augmentation,
  CrossEntropyLoss,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
  type DType,
  evaluate,
  fit as fitModel,
  Linear,
  RandomState,
  SGD,
  ShapeError,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectSameBits } from "../helpers/expectSameBits";
import { withThreads } from "../helpers/withThreads";

interface Case {
  readonly options: Augmentation;
  readonly channels: number;
  /** What becomes of the byte 0. */
  readonly fill: number;
  readonly replacement: boolean;
  readonly pixels: readonly number[];
  readonly batches: readonly (readonly number[])[];
}

const fixture: {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly batch: number;
  readonly seed: number;
  readonly cases: Readonly<Record<string, Case>>;
} = JSON.parse(readFileSync(join(__dirname, "../fixtures/augment.json"), "utf8"));

function images({ channels, pixels }: Pick<Case, "channels" | "pixels">): Dataset {
  const { count, height, width } = fixture;
  const sampleShape = channels === 1 ? [height, width] : [height, width, channels];
  const inputs = Uint8Array.from(pixels);
  return { name: "noise", count, sampleShape, classes: 2, inputs, labels: new Uint8Array(count) };
}

function loaderOf(one: Case, dtype: DType): DataLoader {
  const stream = new RandomState(fixture.seed);
  return new DataLoader(images(one), {
    batchSize: fixture.batch,
    dtype,
    normalize: (byte) => byte / 255 + one.fill,
    ...(one.replacement ? { replacement: stream } : { shuffle: stream }),
    augment: one.options,
  });
}

/** The values of so many epochs, a batch each. */
function dealt(loader: DataLoader, epochs: number): Float64Array[] {
  return Array.from({ length: epochs }, () =>
    Array.from(loader, ({ x }) => Float64Array.from(x.data)),
  ).flat();
}

describe.each(Object.entries(fixture.cases))("%s", (_, one) => {
  test.each([
    ["float64", 2e-9],
    ["float32", 3e-5],
  ] as const)("is what SciPy makes of it, in %s", (dtype, tolerance) => {
    const batches = dealt(loaderOf(one, dtype), 2);
    expect(batches.length).toBe(one.batches.length);
    for (const [i, batch] of batches.entries()) {
      expect(batch.length).toBe(one.batches[i]!.length);
      const errors = batch.map((value, j) => Math.abs(value - one.batches[i]![j]!));
      expect(Math.max(...errors)).toBeLessThan(tolerance);
    }
  });
});

/** 300 images of 28 × 28, enough to be shared out to threads. */
function many(): Dataset {
  const inputs = Uint8Array.from(new RandomState(2).randint(0, 256, 300 * 784));
  const labels = Uint8Array.from({ length: 300 }, (_, i) => i % 3);
  return { name: "many", count: 300, sampleShape: [28, 28], classes: 3, inputs, labels };
}

const everything: Augmentation = {
  ...{ rotate: 10, scale: 0.1, shift: 2, crop: 2, flip: true },
  elastic: { alpha: 20, sigma: 4 },
};

function manyMoved(change: Partial<DataLoaderOptions> = {}): DataLoader {
  const shuffle = new RandomState(1);
  return new DataLoader(many(), { batchSize: 70, shuffle, augment: everything, ...change });
}

test.each(["float32", "float64"] as const)("no bit depends on the threads, in %s", async (dtype) => {
  const alone = await withThreads(1, () => dealt(manyMoved({ dtype }), 1));
  for (const threads of [2, 3]) {
    const shared = await withThreads(threads, () => dealt(manyMoved({ dtype }), 1));
    for (const [i, batch] of shared.entries()) expectSameBits(batch, alone[i]!, `batch ${i}`);
  }
});

test("every epoch moves the images anew, and the stream goes on from where the last ended", () => {
  const loader = manyMoved();
  const [first, second] = [dealt(loader, 1), dealt(loader, 1)];
  const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(first[0]!)).not.toBe(mean(second[0]!));
  const again = dealt(manyMoved(), 2);
  for (const [i, batch] of [...first, ...second].entries()) expectSameBits(batch, again[i]!, `batch ${i}`);
});

test("an epoch goes on behind a batch as if it had not been left", () => {
  const whole = dealt(manyMoved(), 1);
  const left = manyMoved();
  for (const _ of left) break;
  const resumed = manyMoved({ shuffle: new RandomState(5) });
  resumed.resume(2, left.epochStart!);
  const rest = dealt(resumed, 1);
  expect(rest.length).toBe(whole.length - 2);
  for (const [i, batch] of rest.entries()) expectSameBits(batch, whole[i + 2]!, `batch ${i + 2}`);
});

test("pick gives the samples as they are, and the data are not touched", () => {
  const dataset = many();
  const before = dataset.inputs.slice();
  const loader = new DataLoader(dataset, { batchSize: 9, shuffle: new RandomState(1), augment: everything });
  dealt(loader, 1);
  const { x } = loader.pick([7]);
  expectSameBits(
    x.data,
    new Float32Array(784).map((_, i) => before[7 * 784 + i]! / 255),
    "picked",
  );
  expect(dataset.inputs).toEqual(before);
});

test("a shift by whole pixels leaves values as they are", () => {
  const dataset = many();
  const crop = new DataLoader(dataset, { batchSize: 300, shuffle: new RandomState(1), augment: { crop: 3 } });
  const [values] = dealt(crop, 1);
  const known = new Set(Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255)));
  expect(values!.every((value) => known.has(value))).toBe(true);
});

test("an option that is none is refused, and so is what cannot be moved about", () => {
  const make = (augment: unknown, dataset = many()): (() => DataLoader) => {
    const options = { batchSize: 5, shuffle: new RandomState(1), augment } as DataLoaderOptions;
    return () => new DataLoader(dataset, options);
  };
  const where = "DataLoader augment";
  expect(make({ zoom: 1 })).toThrow(/^DataLoader augment: unknown option "zoom"/);
  expect(make({ rotate: 200 })).toThrow(
    new ArgumentError(where, "rotate must be degrees from 0 to 180, got 200"),
  );
  expect(make({ rotate: "10" })).toThrow('rotate must be degrees from 0 to 180, got "10"');
  expect(make({ scale: 1 })).toThrow("scale must be in [0, 1), got 1");
  expect(make({ shift: -1 })).toThrow("shift must be a finite number of pixels ≥ 0, got -1");
  expect(make({ crop: 0.5 })).toThrow("crop must be a whole number ≥ 0, got 0.5");
  expect(make({ flip: 1 })).toThrow("flip must be true or false, got 1");
  expect(make({ elastic: { alpha: 1, sigma: 0 } })).toThrow("sigma must be a finite number > 0, got 0");
  expect(make({ elastic: { alpha: 1 } })).toThrow("sigma must be a finite number > 0, got undefined");
  expect(make({ elastic: 3 })).toThrow(/^DataLoader augment.elastic: options must be an object/);
  expect(make({ shift: 29 })).toThrow("shift must be at most 28 pixels, got 29");
  expect(make({ crop: 1e300 })).toThrow("crop must be at most 28 pixels, got 1e+300");
  expect(make({ elastic: { alpha: 1e39, sigma: 4 } })).toThrow(
    "elastic.alpha must be at most 1000000 pixels",
  );
  expect(make({ elastic: { alpha: 1, sigma: 1e9 } })).toThrow("elastic.sigma must be at most 28 pixels");
  expect(make(null)).toThrow(/^DataLoader augment: options must be an object/);
  expect(make(false)).toThrow(/^DataLoader augment: options must be an object/);
  expect(make(true)).toThrow(/^DataLoader augment: options must be an object/);
  expect(make({ shift: 0 })).toThrow("something must be augmented, got options that change nothing");
  expect(make({ flip: true }, { ...many(), inputs: new Uint16Array(300 * 784) })).toThrow("got tokens");
  expect(make({ flip: true }, { ...many(), sampleShape: [784] })).toThrow(
    new ShapeError(where, "samples of many must be images [H, W] or [H, W, C], got [784]"),
  );
  const plain = { batchSize: 5, augment: { flip: true } };
  expect(() => new DataLoader(many(), plain)).toThrow(
    new ArgumentError("DataLoader", "augment goes with shuffle or replacement, the stream it draws from"),
  );
});

test("the largest values that are taken give finite images", () => {
  const most = { rotate: 180, scale: 0.999, shift: 28, crop: 28, elastic: { alpha: 1e6, sigma: 28 } };
  for (const dtype of ["float32", "float64"] as const) {
    const loader = manyMoved({ dtype, augment: most });
    expect(dealt(loader, 1).every((batch) => batch.every(Number.isFinite))).toBe(true);
  }
});

test("options that are changed afterwards change nothing", () => {
  const augment = { rotate: 10, elastic: { alpha: 20, sigma: 4 } };
  const loader = manyMoved({ augment });
  augment.elastic.alpha = 30;
  expect(loader.augment).toEqual({ rotate: 10, elastic: { alpha: 20, sigma: 4 } });
  expect(loader.settings.augment).toEqual(loader.augment);
  expect(manyMoved({ augment: undefined }).settings.augment).toBeUndefined();
});

test("what a model is judged by must not be moved about", async () => {
  const model = new Linear(784, 3, { random: new RandomState(1) });
  const loss = new CrossEntropyLoss();
  const problem = "must give the samples as they are, got one with augment";
  expect(() => evaluate(model, loss, manyMoved())).toThrow(`evaluate: loader ${problem}`);
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
  const training = { loss, optimizer, train: manyMoved(), validation: manyMoved(), epochs: 1 };
  await expect(fitModel(model, training)).rejects.toThrow(`fit: validation ${problem}`);
});
