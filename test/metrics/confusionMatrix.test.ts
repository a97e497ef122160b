import { ArgumentError, ShapeError } from "scratch-nn";
import { expect, test } from "vitest";
import { confusionMatrix } from "../../lib/dist/metrics/confusionMatrix";
import { sklearnCases } from "./sklearn";

test("equals scikit-learn's", () => {
  for (const { title, labels, predictions, confusion } of sklearnCases) {
    if (confusion !== null) expect(confusionMatrix(labels, predictions), title).toEqual(confusion);
  }
});

test("rows are the true classes, and there are as many as asked for", () => {
  expect(confusionMatrix([0, 0, 1], [1, 1, 1])).toEqual([
    [0, 2],
    [0, 1],
  ]);
  expect(confusionMatrix(Uint8Array.of(0), Int32Array.of(0), 3)).toEqual([
    [1, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
});

test("bad arguments", () => {
  expect(() => confusionMatrix([0], [0, 1])).toThrow(ShapeError);
  expect(() => confusionMatrix([], [])).toThrow("confusionMatrix: labels must not be empty");
  expect(() => confusionMatrix([0, 3], [0, 1], 3)).toThrow(
    "confusionMatrix: labels must be integers in [0, 3), got labels[1] = 3",
  );
  expect(() => confusionMatrix([0, 1], [0, -1])).toThrow("got predictions[1] = -1");
  expect(() => confusionMatrix([0.5], [0])).toThrow("got labels[0] = 0.5");
  expect(() => confusionMatrix([1e9], [0])).toThrow("got labels[0] = 1000000000");
  expect(() => confusionMatrix([0], [0], 0)).toThrow(ArgumentError);
});
