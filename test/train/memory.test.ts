import {
  CrossEntropyLoss,
  DataLoader,
  Linear,
  memoryBytes,
  RandomState,
  ReLU,
  Sequential,
  SGD,
} from "scratch-nn";
import { afterEach, expect, test, vi } from "vitest";
import { pixels } from "../helpers/blobs";

/** A step of training on the next batch, over and over, the short last ones included. */
function training(): () => void {
  const random = new RandomState(1);
  const model = new Sequential([new Linear(784, 20, { random }), new ReLU(), new Linear(20, 10, { random })]);
  const sgd = new SGD(model.parameters(), { learningRate: 0.01, momentum: 0.9 });
  const loss = new CrossEntropyLoss();
  const loader = new DataLoader(pixels(), { batchSize: 17, shuffle: random });
  let batches = loader[Symbol.iterator]();
  return () => {
    let next = batches.next();
    if (next.done) {
      batches = loader[Symbol.iterator]();
      next = batches.next();
    }
    const { x, labels } = next.value!;
    sgd.zeroGrad();
    loss.forward(model.forward(x), labels);
    model.backwardParameters(loss.backward());
    sgd.step();
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

test("2,000 steps of training take nothing from the kernels' memory", () => {
  const step = training();
  for (let i = 0; i < 12; i++) step();
  const before = memoryBytes();
  // Every block taken is registered with the garbage collector.
  const blocks = vi.spyOn(FinalizationRegistry.prototype, "register");
  for (let i = 0; i < 2000; i++) step();
  expect(blocks).not.toHaveBeenCalled();
  expect(memoryBytes()).toBe(before);
});

test("the blocks that the first step takes are counted", () => {
  const blocks = vi.spyOn(FinalizationRegistry.prototype, "register");
  training()();
  expect(blocks.mock.calls.length).toBeGreaterThan(10);
});
