import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AveragePool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv2d,
  CrossEntropyLoss,
  DataLoader,
  type Dataset,
  type FitOptions,
  fit as fitModel,
  GELU,
  GlobalAveragePool2d,
  LeakyReLU,
  Linear,
  type Loss,
  type Module,
  type Optimizer,
  type Parameter,
  RandomState,
  ReLU,
  Reshape,
  Residual,
  RMSprop,
  Sequential,
  WeightAverage,
} from "scratch-nn";
import { afterAll, expect, test } from "vitest";
import { blobs } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";

const folder = mkdtempSync(join(tmpdir(), "resumes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is trained: six steps an epoch, three epochs. */
interface Case {
  readonly name: string;
  readonly model?: (random: RandomState) => Module;
  readonly optimizer?: (parameters: readonly Parameter[]) => Optimizer;
  readonly loss?: () => Loss;
  readonly loader?: (random: RandomState) => DataLoader;
}

const augment = { rotate: 10, shift: 0.5, elastic: { alpha: 1, sigma: 1 } };

/** The blobs, as if their four numbers were the pixels of an image. */
const images = (): Dataset => ({ ...blobs(), sampleShape: [2, 2] });

const linear = (random: RandomState): Module =>
  new Sequential([new Linear(4, 8, { random }), new ReLU(), new Linear(8, 3, { random })]);

const cases: readonly Case[] = [
  { name: "RMSprop", optimizer: (parameters) => new RMSprop(parameters) },
  {
    name: "RMSprop, centred with momentum",
    optimizer: (parameters) => new RMSprop(parameters, { centered: true, momentum: 0.9 }),
  },
  {
    name: "LeakyReLU, GELU and smoothed labels",
    model: (random) =>
      new Sequential([
        new Linear(4, 8, { random }),
        new LeakyReLU(),
        new Linear(8, 8, { random }),
        new GELU(),
        new Linear(8, 3, { random }),
      ]),
    loss: () => new CrossEntropyLoss({ labelSmoothing: 0.1 }),
  },
  {
    name: "Residual",
    model: (random) =>
      new Sequential([
        new Residual(new Sequential([new Linear(4, 8, { random }), new BatchNorm1d(8)]), {
          projection: new Linear(4, 8, { random }),
        }),
        new Linear(8, 3, { random }),
      ]),
  },
  {
    name: "WeightAverage",
    optimizer: (parameters) => new WeightAverage(new RMSprop(parameters), { decay: 0.9 }),
  },
  {
    name: "AveragePool2d, GlobalAveragePool2d and BatchNorm2d",
    model: (random) =>
      new Sequential([
        new Linear(4, 16, { random }),
        new Reshape([4, 4, 1]),
        new Conv2d(1, 3, [3, 2], { random, padding: "same" }),
        new BatchNorm2d(3),
        new ReLU(),
        new AveragePool2d(2),
        new Conv2d(3, 3, 2, { random, padding: [1, 0] }),
        new GlobalAveragePool2d(),
      ]),
  },
  {
    name: "augmented samples",
    loader: (shuffle) => new DataLoader(images(), { batchSize: 16, shuffle, augment }),
  },
  {
    name: "augmented samples, drawn with replacement",
    loader: (replacement) => new DataLoader(images(), { batchSize: 16, replacement, augment }),
  },
  {
    name: "BatchNorm1d",
    model: (random) =>
      new Sequential([
        new Linear(4, 8, { random }),
        new BatchNorm1d(8),
        new ReLU(),
        new Linear(8, 3, { random }),
      ]),
  },
];

/** Builds everything anew and trains, up to `stopAfter` steps of this call. */
async function train(
  { model: build = linear, optimizer = (parameters) => new RMSprop(parameters), loss, loader }: Case,
  change: Partial<FitOptions> = {},
  stopAfter = Infinity,
): Promise<Module> {
  const random = new RandomState(1);
  const model = build(random);
  const controller = new AbortController();
  let steps = 0;
  await fitModel(model, {
    loss: loss?.() ?? new CrossEntropyLoss(),
    optimizer: optimizer(model.parameters()),
    train: loader?.(random) ?? new DataLoader(blobs(), { batchSize: 16, shuffle: random }),
    validation: new DataLoader(blobs({ seed: 5 }), { batchSize: 30 }),
    epochs: 3,
    signal: controller.signal,
    onStep: () => {
      if (++steps === stopAfter) controller.abort();
    },
    ...change,
  });
  return model;
}

test.each(cases)("$name goes on from a checkpoint to the same bits", async (one) => {
  const wanted = await train(one);
  const checkpoint = { path: join(folder, `${one.name}.safetensors`) };
  await train(one, { checkpoint }, 4);
  await train(one, { checkpoint }, 5);
  const model = await train(one, { checkpoint });
  const values = wanted.namedTensors();
  for (const [name, { data }] of model.namedTensors()) expectSameBits(data, values.get(name)!.data, name);
  expect(values.size).toBeGreaterThan(0);
});
