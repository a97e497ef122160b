import {
  ArgumentError,
  CrossEntropyLoss,
  DataLoader,
  evaluate,
  Linear,
  RandomState,
  Tensor,
} from "scratch-nn";
import { countCorrect } from "scratch-nn/dist/train/evaluate";
import { expect, test } from "vitest";
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
