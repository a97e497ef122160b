import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CrossEntropyLoss,
  DataLoader,
  Dropout,
  evaluate,
  type FitOptions,
  fit as fitModel,
  Linear,
  loadModel,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  saveModel,
} from "scratch-nn";
import { expect, test } from "vitest";
import { blobs } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";

const file = join(mkdtempSync(join(tmpdir(), "held-")), "model.safetensors");

function setup() {
  const random = new RandomState(1);
  const dataset = blobs();
  const model = new Sequential([
    new Linear(dataset.sampleShape[0]!, 8, { random }),
    new ReLU(),
    new Dropout(0.5, { random: new RandomState(2) }),
    new Linear(8, dataset.classes, { random }),
  ]);
  const options: FitOptions = {
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { learningRate: 0.1 }),
    train: new DataLoader(dataset, { batchSize: 16, shuffle: random }),
    epochs: 3,
  };
  return { model, options };
}

type Setup = ReturnType<typeof setup>;

async function weights({ model, options }: Setup): Promise<number[]> {
  await fitModel(model, options);
  return model.parameters().flatMap(({ value }) => [...value.data]);
}

const misuses: readonly (readonly [string, (setup: Setup) => unknown, string])[] = [
  ["evaluate", ({ model, options }) => evaluate(model, options.loss, options.train), "evaluate: model"],
  ["saveModel", ({ model }) => saveModel(model, file), "saveModel: model"],
  ["loadModel", ({ model }) => loadModel(model, file), "loadModel: model"],
  ["a step", ({ options }) => options.optimizer.step(), "SGD.step: the optimizer"],
  ["its batches", ({ options }) => [...options.train], "DataLoader: its stream"],
  [
    "dropping out by its stream",
    ({ model }) => model.forward(randomTensor([4, blobs().sampleShape[0]!])),
    "Dropout.forward: the stream",
  ],
];

test.each(misuses)("%s is refused while a training that nobody awaits runs", async (_, use, start) => {
  const expected = await weights(setup());
  const disturbed = setup();
  const running = weights(disturbed);
  expect(() => use(disturbed)).toThrow(
    `${start} must not be in a training that is running, got that of a fit that has not ended; write await fit(…) before`,
  );
  expectSameBits(Float32Array.from(await running), Float32Array.from(expected));
  expect(existsSync(file)).toBe(false);
});

test.each(["onStep", "onEpoch"] as const)("looking at it in %s changes nothing", async (callback) => {
  const expected = await weights(setup());
  const watched = setup();
  const { model, options } = watched;
  let looks = 0;
  const look = async () => {
    const before = evaluate(model, options.loss, options.train);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(evaluate(model, options.loss, options.train)).toEqual(before);
    saveModel(model, file);
    looks++;
  };
  const seen = await weights({ model, options: { ...options, [callback]: look } });
  expect(looks).toBeGreaterThan(2);
  expectSameBits(Float32Array.from(seen), Float32Array.from(expected));
});

test("changing it there is refused too", async () => {
  const { model, options } = setup();
  saveModel(model, file);
  const running = fitModel(model, { ...options, onEpoch: () => void loadModel(model, file) });
  await expect(running).rejects.toThrow("loadModel: model must not be in a training that is running");
  loadModel(model, file);
  expect([...options.train].length).toBe(options.train.batches);
});
