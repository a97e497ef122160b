import { metrics } from "scratch-nn";
import { expect, test } from "vitest";
import { accuracy } from "../../lib/dist/metrics/accuracy";
import { sklearnCases } from "./sklearn";

test("equals scikit-learn's", () => {
  for (const { predictions, labels, accuracy: wanted } of sklearnCases) {
    expect(accuracy(labels, predictions)).toBe(wanted);
  }
});

test("bad arguments", () => {
  expect(() => accuracy([1, 2], [1])).toThrow(
    "accuracy: labels and predictions must have the same length, got 2 and 1",
  );
  expect(() => accuracy([], [])).toThrow("accuracy: labels must not be empty");
});

test.each([
  ["accuracy", (labels: number[]) => metrics.accuracy(labels, [1])],
  ["confusionMatrix", (labels: number[]) => metrics.confusionMatrix(labels, [1])],
  ["classificationReport", (labels: number[]) => metrics.classificationReport(labels, [1])],
])("%s refuses what is no list", (name, measure) => {
  for (const labels of [undefined, 1, "a"]) {
    expect(() => measure(labels as unknown as number[])).toThrow(
      `${name}: labels must be a list of numbers, got ${JSON.stringify(labels) ?? "undefined"}`,
    );
  }
});
