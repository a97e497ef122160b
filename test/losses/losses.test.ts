import fc from "fast-check";
import {
  ArgumentError,
  BinaryCrossEntropyLoss,
  CrossEntropyLoss,
  type CrossEntropyLossOptions,
  type DType,
  type Loss,
  Module,
  QuadraticLoss,
  type Shape,
  ShapeError,
  type Targets,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { inWords } from "../../lib/dist/checks";
import { checkGradients } from "../helpers/checkGradients";
import { expectClose } from "../helpers/expectClose";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";

interface LossCase {
  loss: "CrossEntropyLoss" | "QuadraticLoss";
  dtype: DType;
  y: StoredNumbers;
  targets: StoredNumbers;
  value: number;
  gradient: StoredNumbers;
}

class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
  override backward(dy: Tensor): Tensor {
    return dy;
  }
  override outputShape(shape: Shape): Shape {
    return shape;
  }
}

function oneHot(labels: readonly number[], classes: number, dtype: DType): Tensor {
  const values = labels.map((label) => Array.from({ length: classes }, (_, j) => (j === label ? 1 : 0)));
  return Tensor.from(values, undefined, dtype);
}

const kinds: [string, () => Loss][] = [
  ["CrossEntropyLoss", () => new CrossEntropyLoss()],
  ["QuadraticLoss", () => new QuadraticLoss()],
  ["BinaryCrossEntropyLoss", () => new BinaryCrossEntropyLoss()],
];

test.each(readFixture<{ losses: LossCase[] }>("torch-layers").losses)(
  "$loss equals PyTorch's in $dtype on $y.shape for targets $targets.shape",
  ({ loss: name, dtype, y, targets, value, gradient }) => {
    const loss = name === "QuadraticLoss" ? new QuadraticLoss() : new CrossEntropyLoss();
    const tolerance = dtype === "float32" ? 1e-6 : 1e-14;
    const wanted = targets.shape.length === 1 ? targets.values : toTensor(targets, dtype);
    expectClose([loss.forward(toTensor(y, dtype), wanted)], [value], tolerance);
    expectClose(loss.backward().data, gradient.values, tolerance);
  },
);

describe.each(kinds)("%s", (name, build) => {
  test.each([1, 3, 17, 65])("agrees with central differences, %i classes", (classes) => {
    for (const rows of [1, 3, 17].filter((count) => count * classes <= 400)) {
      const y = randomTensor([rows, classes], { dtype: "float64" });
      const labels = Array.from({ length: rows }, (_, i) => (7 * i) % classes);
      checkGradients(new Identity(), y, build(), labels);
      checkGradients(new Identity(), y, build(), oneHot(labels, classes, "float64"));
      const shares = randomTensor([rows, classes], { dtype: "float64", seed: 2 }).map((t) => 1 / (1 + t * t));
      checkGradients(new Identity(), y, build(), shares);
    }
  });

  test.each(["float32", "float64"] as const)("takes labels and one-hot rows alike, in %s", (dtype) => {
    const y = randomTensor([9, 5], { dtype });
    const labels = [0, 1, 2, 3, 4, 4, 3, 2, 1];
    const [one, other] = [build(), build()];
    const tolerance = dtype === "float32" ? 1e-7 : 1e-15;
    expectClose([one.forward(y, labels)], [other.forward(y, oneHot(labels, 5, dtype))], tolerance);
    expectClose(one.backward().data, other.backward().data, tolerance);
    expect(one.forward(y, Int32Array.from(labels))).toBe(one.forward(y, labels));
  });

  test("takes a shorter batch after a longer one", () => {
    const loss = build();
    const fresh = build();
    const short = randomTensor([2, 3], { seed: 9 });
    loss.forward(randomTensor([5, 3]), [0, 1, 2, 0, 1]);
    loss.backward();
    expect(loss.forward(short, [2, 1])).toBe(fresh.forward(short, [2, 1]));
    expect(loss.backward().data).toEqual(fresh.backward().data);
  });

  test("refuses targets that do not fit", () => {
    const where = `${name}.forward`;
    const y = Tensor.zeros([2, 3]);
    const wrong = (message: string, results: Tensor, targets: Tensor | number[]): void => {
      expect(() => build().forward(results, targets)).toThrow(new ShapeError(where, message));
    };
    wrong("y must be [N, C], got [3]", Tensor.zeros([3]), [0, 0, 0]);
    wrong("y must be [N, C], got [0, 3]", Tensor.zeros([0, 3]), []);
    wrong("targets must be [2, 3], got [3, 2]", y, Tensor.zeros([3, 2]));
    wrong("targets must be [2, 3], got [6]", y, Tensor.zeros([6]));
    wrong("labels must be 2, got 3", y, [0, 1, 2]);
    wrong("y must be [N, C], got [2, 0]", Tensor.zeros([2, 0]), [0, 0]);
    for (const targets of [undefined, null, 1, "ab"]) {
      expect(() => build().forward(y, targets as unknown as number[])).toThrow(
        new ArgumentError(where, `targets must be a tensor [2, 3] or 2 labels, got ${inWords(targets)}`),
      );
    }
    for (const results of [undefined, [[1, 2]]]) {
      expect(() => build().forward(results as unknown as Tensor, [0])).toThrow(
        new ArgumentError(where, `y must be a tensor, got ${inWords(results)}`),
      );
    }
    expect(() => build().forward(y, ["cat", 0] as unknown as number[])).toThrow(
      new ArgumentError(where, 'labels must be classes 0 to 2, got "cat"'),
    );
    for (const label of [3, -1, 0.5, Number.NaN]) {
      expect(() => build().forward(y, [0, label])).toThrow(
        new ArgumentError(where, `labels must be classes 0 to 2, got ${label}`),
      );
    }
  });

  test("refuses backward before forward", () => {
    expect(() => build().backward()).toThrow(
      new ArgumentError(`${name}.backward`, "forward must be called first"),
    );
  });
});

describe("CrossEntropyLoss", () => {
  test("one-hot targets in either dtype give the gradient of the labels", () => {
    const logits = Tensor.from([
      [1, 2, 3],
      [0, -1, 4],
    ]);
    const loss = new CrossEntropyLoss();
    const gradient = (targets: Targets): number[] => {
      loss.forward(logits, targets);
      return [...loss.backward().data];
    };
    const labels = gradient([2, 0]);
    for (const dtype of ["float32", "float64"] as const) {
      expect(
        gradient(
          Tensor.from(
            [
              [0, 0, 1],
              [1, 0, 0],
            ],
            undefined,
            dtype,
          ),
        ),
      ).toEqual(labels);
    }
  });

  test("does not change with an offset of the logits", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2000, max: 2000 }), { minLength: 2, maxLength: 20 }),
        fc.integer({ min: -1000, max: 1000 }),
        (values, offset) => {
          const logits = Tensor.from([values], undefined, "float64").divide(64);
          const loss = new CrossEntropyLoss();
          const [one, other] = [loss.forward(logits, [0]), loss.forward(logits.add(offset), [0])];
          expectClose([one], [other], 1e-13);
        },
      ),
    );
  });

  test("keeps its digits where the probability is too small for a float", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const loss = new CrossEntropyLoss();
      expect(loss.forward(Tensor.from([[-1000, 0, 0]], undefined, dtype), [0])).toBeCloseTo(
        1000 + Math.log(2),
        4,
      );
      expect(loss.forward(Tensor.from([[1000, 0, 0]], undefined, dtype), [0])).toBe(0);
      expect([...loss.backward().data]).toEqual([0, 0, 0]);
    }
  });

  test("with an epsilon is −log(p + ε), with the gradient of ε = 0", () => {
    const y = randomTensor([3, 4], { dtype: "float64" });
    const [plain, shifted] = [new CrossEntropyLoss(), new CrossEntropyLoss({ epsilon: 0.1 })];
    const labels = [1, 3, 0];
    plain.forward(y, labels);
    const p = plain
      .backward()
      .multiply(3)
      .add(oneHot(labels, 4, "float64"));
    const wanted = labels.reduce((sum, label, i) => sum - Math.log(p.at(i, label) + 0.1), 0) / 3;
    expectClose([shifted.forward(y, labels)], [wanted], 1e-15);
    expect(shifted.backward().data).toEqual(plain.backward().data);
    expectClose([shifted.forward(y, oneHot(labels, 4, "float64"))], [wanted], 1e-15);
    expect(new CrossEntropyLoss({ epsilon: 1e-8 }).forward(Tensor.from([[-1000, 0]]), [0])).toBeCloseTo(
      -Math.log(1e-8),
    );
  });

  test("with a gradientScale multiplies the gradient only", () => {
    const y = randomTensor([3, 4]);
    const [plain, scaled] = [new CrossEntropyLoss(), new CrossEntropyLoss({ gradientScale: 0.5 })];
    for (const targets of [[1, 3, 0], oneHot([1, 3, 0], 4, "float32")]) {
      expect(scaled.forward(y, targets)).toBe(plain.forward(y, targets));
      expectClose(scaled.backward().data, plain.backward().multiply(0.5).data, 1e-7);
    }
  });

  test("makes a gradient too small to matter 0", () => {
    const loss = new CrossEntropyLoss();
    loss.forward(Tensor.from([[0, -60]]), [0]);
    expect([...loss.backward().data]).toEqual([0, 0]);
  });

  test("is NaN where the logits are", () => {
    expect(new CrossEntropyLoss().forward(Tensor.from([[Number.NaN, 1]]), [1])).toBeNaN();
  });

  test.each([
    ["CrossEntropyLoss", new CrossEntropyLoss()],
    ["BinaryCrossEntropyLoss", new BinaryCrossEntropyLoss()],
  ])("%s refuses targets that are no probabilities", (kind, loss) => {
    for (const odd of [2, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const targets = Tensor.from([[0.5, odd]]);
      expect(() => loss.forward(Tensor.from([[1, 2]]), targets)).toThrow(
        new ArgumentError(`${kind}.forward`, `targets must be from 0 to 1, got ${odd}`),
      );
    }
  });

  test("refuses options it has not", () => {
    expect(() => new CrossEntropyLoss({ reduction: "sum" } as CrossEntropyLossOptions)).toThrow(
      'CrossEntropyLoss: unknown option "reduction". The options are epsilon, labelSmoothing, gradientScale',
    );
  });

  test("refuses an epsilon that is negative or not finite, and a gradientScale that is not finite", () => {
    for (const epsilon of [-1e-9, Number.NaN, Infinity]) {
      expect(() => new CrossEntropyLoss({ epsilon })).toThrow(
        new ArgumentError("CrossEntropyLoss", `epsilon must be a finite number ≥ 0, got ${epsilon}`),
      );
    }
    for (const gradientScale of [Number.NaN, Infinity, -Infinity]) {
      expect(() => new CrossEntropyLoss({ gradientScale })).toThrow(
        new ArgumentError("CrossEntropyLoss", `gradientScale must be a finite number, got ${gradientScale}`),
      );
    }
  });
});
