import { CrossEntropyLoss, type DType, Linear, RandomState, ReLU, Sequential, SGD } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

const labels = Array.from({ length: 33 }, (_, i) => i % 10);

function network(inputs: number, hidden: number, dtype: DType) {
  const random = new RandomState(7);
  const first = new Linear(inputs, hidden, { random, dtype });
  return { first, model: new Sequential([first, new ReLU(), new Linear(hidden, 10, { random, dtype })]) };
}

/** Three steps; where `look` is set the gradient is read before each, so that it is written down and applied from there. */
function train(inputs: number, hidden: number, dtype: DType, weightDecay: number, look: boolean) {
  const { first, model } = network(inputs, hidden, dtype);
  const loss = new CrossEntropyLoss();
  const sgd = new SGD(model.parameters(), { learningRate: 0.1, weightDecay });
  const x = randomTensor([33, inputs], { dtype, density: 0.2 });
  for (let step = 0; step < 3; step++) {
    sgd.zeroGrad();
    loss.forward(model.forward(x), labels);
    model.backwardParameters(loss.backward());
    if (look) expect(first.weight.grad.data.some((value) => value !== 0)).toBe(true);
    sgd.step();
  }
  return first.weight;
}

describe.each([1, 2])("on %i threads", (threads) => {
  test.each([
    [17, 30, "float32", 0],
    [17, 30, "float64", 1e-3],
    [300, 65, "float32", 1e-3],
    [784, 292, "float32", 0],
    [784, 1024, "float32", 1e-5],
    [784, 100, "float64", 0],
  ] as const)(
    "a deferred gradient of [%i, %i] %s, decay %d, gives the same bits",
    (inputs, hidden, dtype, decay) =>
      withThreads(threads, () => {
        const deferred = train(inputs, hidden, dtype, decay, false);
        const written = train(inputs, hidden, dtype, decay, true);
        expectSameBits(deferred.value.data, written.value.data);
        expectSameBits(deferred.grad.data, written.grad.data);
      }),
  );
});

test("a deferred gradient is written before the layer takes another batch, and added to", () => {
  const { first, model } = network(17, 30, "float64");
  const loss = new CrossEntropyLoss();
  const a = randomTensor([33, 17], { dtype: "float64", density: 0.2, seed: 1 });
  const b = randomTensor([33, 17], { dtype: "float64", density: 0.2, seed: 2 });
  const gradient = (...batches: (typeof a)[]) => {
    model.zeroGrad();
    for (const x of batches) {
      loss.forward(model.forward(x), labels);
      model.backwardParameters(loss.backward());
    }
    return Float64Array.from(first.weight.grad.data);
  };
  const [onlyA, onlyB, both] = [gradient(a), gradient(b), gradient(a, b)];
  both.forEach((value, i) => {
    expect(value).toBeCloseTo(onlyA[i]! + onlyB[i]!, 12);
  });
});

test("clearing forgets a deferred gradient", () => {
  const { first, model } = network(17, 30, "float32");
  const loss = new CrossEntropyLoss();
  loss.forward(model.forward(randomTensor([33, 17], { density: 0.2 })), labels);
  model.backwardParameters(loss.backward());
  expect(first.weight.hasGrad).toBe(true);
  model.zeroGrad();
  expect(first.weight.hasGrad).toBe(false);
  expect(first.weight.grad.data.every((value) => value === 0)).toBe(true);
});
