import { expect, test } from "vitest";
import { hasRelaxedSimd } from "../../lib/dist/kernels/engine";
import { runNode } from "../helpers/runNode";

test("relaxed SIMD is on in this engine, Node 20 included", () => {
  expect(hasRelaxedSimd()).toBe(true);
});

/** Trains a small network in a Node of its own; what its weights add up to, in all digits. */
const TRAIN = `
  require("node:v8").setFlagsFromString("--no-liftoff");
  const { backendInfo, CrossEntropyLoss, DataLoader, Linear, RandomState, ReLU, Sequential, SGD } = require("scratch-nn");
  const sums = ["float32", "float64"].flatMap((dtype) => [5, 70].map((batchSize) => {
    const random = new RandomState(1);
    const inputs = Uint8Array.from(random.rand(200 * 90), (u) => (u < 0.8 ? 0 : u * 255));
    const labels = Int32Array.from(random.randint(0, 10, 200));
    const dataset = { name: "noise", count: 200, sampleShape: [90], classes: 10, inputs, labels };
    const options = { random, dtype };
    const model = new Sequential([
      new Linear(90, 200, options), new ReLU(), new Linear(200, 110, options), new ReLU(), new Linear(110, 10, options),
    ]);
    const sgd = new SGD(model.parameters(), { learningRate: 0.1 });
    const loss = new CrossEntropyLoss();
    for (const { x, labels } of new DataLoader(dataset, { batchSize, dtype })) {
      sgd.zeroGrad();
      loss.forward(model.forward(x), labels);
      model.backwardParameters(loss.backward());
      sgd.step();
    }
    return model.parameters().map(({ value }) => value.data.reduce((sum, w, i) => sum + w * (i + 1), 0));
  }));
  console.log(JSON.stringify({ bits: backendInfo().vectorBits, sums }));`;

test("vectors of 256 bits give the bits of those of 128; a Node that cannot join them says so", () => {
  const narrow = JSON.parse(runNode(TRAIN));
  expect(narrow.bits).toBe(128);
  const [major] = process.versions.node.split(".");
  if (Number(major) >= 24 && process.arch === "x64") {
    expect(JSON.parse(runNode(TRAIN, { SCRATCH_NN_SIMD: "256" }))).toEqual({ ...narrow, bits: 256 });
  } else {
    expect(() => runNode(TRAIN, { SCRATCH_NN_SIMD: "256" })).toThrow(
      `SCRATCH_NN_SIMD: 256 needs Node.js 24 or later on x64, got ${process.version} on ${process.arch}`,
    );
  }
  expect(() => runNode(TRAIN, { SCRATCH_NN_SIMD: "512" })).toThrow(
    "SCRATCH_NN_SIMD: must be 128 or 256, got 512",
  );
});

test("what keeps the kernels from being compiled is said also where threads share the work", () => {
  const script = `
    const { ReLU, Tensor } = require("scratch-nn");
    new ReLU().forward(Tensor.zeros([1000, 1000]));`;
  expect(() => runNode(script, { SCRATCH_NN_SIMD: "512" })).toThrow(
    "SCRATCH_NN_SIMD: must be 128 or 256, got 512",
  );
});
