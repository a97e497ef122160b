import {
  ArgumentError,
  BinaryCrossEntropyLoss,
  CrossEntropyLoss,
  DataLoader,
  evaluate,
  Linear,
  RandomState,
  Tensor,
} from "scratch-nn";
import { expect, test } from "vitest";
import { countCorrect } from "../../lib/dist/train/evaluate";
import { blobs } from "../helpers/blobs";

test("a loader without batches is refused", () => {
  const dataset = blobs({ features: 3 });
  const loader = new DataLoader(dataset, { batchSize: dataset.count + 1, dropLast: true });
  const model = new Linear(3, 2, { random: new RandomState(1) });
  expect(() => evaluate(model, new CrossEntropyLoss(), loader)).toThrow(
    new ArgumentError("evaluate", "loader must have at least one batch, got 0"),
  );
});

test("predictions follow the rule of argmax, with NaN the largest", () => {
  const y = Tensor.from([
    [1, Number.NaN, 3],
    [2, 5, 5],
    [7, 0, 1],
  ]);
  const predictions = new Int32Array(5);
  expect(countCorrect(y, Int32Array.of(1, 2, 0), predictions, 2)).toBe(2);
  expect([...predictions]).toEqual([0, 0, ...y.argmax()]);
  expect(countCorrect(y, Int32Array.of(1, 1, 0))).toBe(3);
});

test("of one output, above 0 means class 1", () => {
  const y = Tensor.from([[0.5], [-0.5], [0], [Number.NaN], [3]]);
  const predictions = new Int32Array(6);
  expect(countCorrect(y, Int32Array.of(1, 1, 0, 0, 0), predictions, 1)).toBe(3);
  expect([...predictions]).toEqual([0, 1, 0, 0, 0, 1]);
  const dataset = blobs({ count: 40, features: 2, classes: 2 });
  const model = new Linear(2, 1, { random: new RandomState(1) });
  const result = evaluate(model, new BinaryCrossEntropyLoss(), new DataLoader(dataset, { batchSize: 7 }));
  const { data } = model.forward(Tensor.from(dataset.inputs, [40, 2]));
  expect([...result.predictions]).toEqual(Array.from(data, (logit) => (logit > 0 ? 1 : 0)));
  expect(result.accuracy).toBe(result.predictions.filter((p, i) => p === dataset.labels[i]).length / 40);
});
