import fc from "fast-check";
import {
  ArgumentError,
  BinaryCrossEntropyLoss,
  type DType,
  QuadraticLoss,
  Sigmoid,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";

interface Case {
  dtype: DType;
  logits: StoredNumbers;
  targets: StoredNumbers;
  value: number;
  gradient: StoredNumbers;
}

test.each(readFixture<{ cases: Case[] }>("torch-binary-cross-entropy").cases)(
  "equals PyTorch's, summed over the columns, in $dtype on $logits.shape",
  ({ dtype, logits, targets, value, gradient }) => {
    const loss = new BinaryCrossEntropyLoss();
    const tolerance = dtype === "float32" ? 1e-6 : 1e-14;
    expectClose([loss.forward(toTensor(logits, dtype), toTensor(targets, dtype))], [value], tolerance);
    expectClose(loss.backward().data, gradient.values, tolerance);
  },
);

describe("BinaryCrossEntropyLoss", () => {
  test("takes a label 0 or 1 a row where there is one column", () => {
    for (const rows of [1, 3, 17]) {
      const logits = randomTensor([rows, 1], { dtype: "float64" });
      const labels = Array.from({ length: rows }, (_, i) => i % 2);
      const [one, other] = [new BinaryCrossEntropyLoss(), new BinaryCrossEntropyLoss()];
      const targets = Tensor.from(labels, [rows, 1], "float64");
      expect(one.forward(logits, labels)).toBe(other.forward(logits, targets));
      expect(one.backward().data).toEqual(other.backward().data);
    }
    expect(() => new BinaryCrossEntropyLoss().forward(Tensor.zeros([2, 1]), [0, 2])).toThrow(
      new ArgumentError("BinaryCrossEntropyLoss.forward", "labels must be classes 0 to 1, got 2"),
    );
  });

  test("has the gradient of the quadratic loss behind a sigmoid, without the sigmoid's slope", () => {
    const x = randomTensor([5, 3], { dtype: "float64" });
    const labels = [0, 2, 1, 1, 0];
    const sigmoid = new Sigmoid();
    const [binary, quadratic] = [new BinaryCrossEntropyLoss(), new QuadraticLoss()];
    binary.forward(x, labels);
    quadratic.forward(sigmoid.forward(x), labels);
    expectClose(binary.backward().data, quadratic.backward().data, 1e-15);
  });

  test("is the same for x and t as for −x and 1 − t", () => {
    const logit = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(logit, fc.double({ min: 0, max: 1, noNaN: true }), (x, t) => {
        const loss = new BinaryCrossEntropyLoss();
        const at = (value: number): Tensor => Tensor.from([[value]], undefined, "float64");
        expectClose([loss.forward(at(x), at(t))], [loss.forward(at(-x), at(1 - t))], 1e-12);
      }),
    );
  });

  test("keeps its digits where a sigmoid has none left", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const loss = new BinaryCrossEntropyLoss();
      expect(loss.forward(Tensor.from([[-1000, 1000]], undefined, dtype), [0])).toBe(2000);
      expect([...loss.backward().data]).toEqual([-1, 1]);
      expect(loss.forward(Tensor.from([[1000, -1000]], undefined, dtype), [0])).toBe(0);
      expect([...loss.backward().data]).toEqual([0, 0]);
      expect(loss.forward(Tensor.from([[-40]], undefined, dtype), [0])).toBeCloseTo(Math.exp(-40), 30);
      expect(loss.backward().item()).toBeCloseTo(Math.exp(-40), 24);
    }
  });

  test.each(["float32", "float64"] as const)("has its limits at infinite logits, in %s", (dtype) => {
    const loss = new BinaryCrossEntropyLoss();
    for (const [x, label, value, slope] of [
      [Infinity, 1, 0, 0],
      [Infinity, 0, Infinity, 1],
      [-Infinity, 0, 0, 0],
      [-Infinity, 1, Infinity, -1],
    ] as const) {
      const logits = Tensor.from([[x]], undefined, dtype);
      for (const targets of [[label], Tensor.from([[label]], undefined, dtype)]) {
        expect(loss.forward(logits, targets)).toBe(value);
        expect(loss.backward().item()).toBe(slope);
      }
    }
    expect(loss.forward(Tensor.from([[Infinity, -Infinity, 0]], undefined, dtype), [0])).toBeCloseTo(
      Math.log(2),
    );
    expect(loss.forward(Tensor.from([[Infinity]], undefined, dtype), Tensor.from([[0.5]]))).toBe(Infinity);
  });

  test("is NaN where the logits are", () => {
    expect(new BinaryCrossEntropyLoss().forward(Tensor.from([[Number.NaN, 1]]), [1])).toBeNaN();
  });
});
