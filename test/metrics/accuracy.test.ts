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
