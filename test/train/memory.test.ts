import {
  Adam,
  CrossEntropyLoss,
  clipGradNorm,
  DataLoader,
  Dropout,
  Linear,
  memoryBytes,
  RandomState,
  ReLU,
  Sequential,
  SGD,
} from "scratch-nn";
import { afterEach, expect, test, vi } from "vitest";
import { reuse } from "../../lib/dist/tensor/reuse";
import { pixels } from "../helpers/blobs";

/** A step of training on the next batch, over and over, the short last ones included. */
function training(adam = false): () => void {
  const random = new RandomState(1);
  const model = new Sequential([
    new Linear(784, 20, { random }),
    new ReLU(),
    ...(adam ? [new Dropout(0.2, { random })] : []),
    new Linear(20, 10, { random }),
  ]);
  const optimizer = adam
    ? new Adam(model.parameters())
    : new SGD(model.parameters(), { learningRate: 0.01, momentum: 0.9 });
  const loss = new CrossEntropyLoss();
  const loader = new DataLoader(pixels(), { batchSize: 17, shuffle: random });
  let batches = loader[Symbol.iterator]();
  const step = (): void => {
    let next = batches.next();
    if (next.done) {
      batches = loader[Symbol.iterator]();
      next = batches.next();
    }
    const { x, labels } = next.value!;
    optimizer.zeroGrad();
    loss.forward(model.forward(x), labels);
    model.backwardParameters(loss.backward());
    if (adam) clipGradNorm(optimizer.parameters, 0.1);
    optimizer.step();
  };
  return () => reuse(step);
}

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["momentum", false],
  ["Adam, dropout and clipping", true],
])("2,000 steps of training take nothing from the kernels' memory: %s", (_, adam) => {
  const step = training(adam);
  for (let i = 0; i < 12; i++) step();
  const before = memoryBytes();
  // A weak reference watches each block taken.
  const blocks = vi.spyOn(globalThis, "WeakRef");
  for (let i = 0; i < 2000; i++) step();
  expect(blocks).not.toHaveBeenCalled();
  expect(memoryBytes()).toBe(before);
});

test("the blocks that the first step takes are counted", () => {
  const blocks = vi.spyOn(globalThis, "WeakRef");
  training()();
  expect(blocks.mock.calls.length).toBeGreaterThan(10);
});
