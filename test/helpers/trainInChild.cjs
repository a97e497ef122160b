/*
 * Trains a small network with dropout, keeping a checkpoint, and saves its weights and epochs:
 *   node trainInChild.cjs FOLDER OPTIMIZER STEP
 * After so many steps in all, if they are reached, it says "waiting" and waits to be killed. A stream deals the
 * batches, one the masks; with "shared" they are the same.
 */
const { writeFileSync, writeSync } = require("node:fs");
const { join } = require("node:path");
const {
  Adam,
  CrossEntropyLoss,
  DataLoader,
  Dropout,
  Linear,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  fit: train,
  saveModel,
} = require("scratch-nn");

const [folder, kind, stopAt] = process.argv.slice(2);
const random = new RandomState(1);
const count = 200;
const dataset = {
  name: "pixels",
  count,
  sampleShape: [30],
  classes: 4,
  inputs: Uint8Array.from(random.rand(30 * count), (u) => 256 * u),
  labels: Uint8Array.from(random.randint(0, 4, count)),
};
const shared = kind === "shared";
const masks = shared ? random : new RandomState(2);
const model = new Sequential([
  new Linear(30, 40, { random }),
  new ReLU(),
  ...(kind === "sgd" ? [] : [new Dropout(0.3, { random: masks })]),
  new Linear(40, 4, { random }),
]);
const optimizer =
  kind === "sgd"
    ? new SGD(model.parameters(), { learningRate: 0.05, momentum: 0.9 })
    : new Adam(model.parameters(), { learningRate: 0.01 });
const batches = kind === "replacement" ? { replacement: random, steps: 13 } : { shuffle: random };

train(model, {
  loss: new CrossEntropyLoss(),
  optimizer,
  train: new DataLoader(dataset, { batchSize: 16, ...batches }),
  validation: new DataLoader(dataset, { batchSize: 64 }),
  epochs: 5,
  earlyStopping: { patience: 4 },
  checkpoint: { path: join(folder, "checkpoint.safetensors"), everySteps: 3 },
  onStep: () => {
    if (optimizer.stepCount !== Number(stopAt)) return;
    writeSync(1, "waiting\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
}).then((history) => {
  saveModel(model, join(folder, "model.safetensors"));
  writeFileSync(join(folder, "history.json"), JSON.stringify({ ...history }));
  process.exit();
});
