import { ArgumentError, CrossEntropyLoss, type DType, Linear, RandomState, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { expectClose } from "../helpers/expectClose";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";

interface LossCase {
  labelSmoothing: number;
  dtype: DType;
  y: StoredNumbers;
  targets: StoredNumbers;
  value: number;
  gradient: StoredNumbers;
}

const { losses } = readFixture<{ losses: LossCase[] }>("torch-activations");

test.each(losses)(
  "labelSmoothing $labelSmoothing equals PyTorch's in $dtype on $y.shape for targets $targets.shape",
  ({ labelSmoothing, dtype, y, targets, value, gradient }) => {
    const loss = new CrossEntropyLoss({ labelSmoothing });
    const tolerance = dtype === "float32" ? 2e-6 : 1e-14;
    const wanted = targets.shape.length === 1 ? targets.values : toTensor(targets, dtype);
    expectClose([loss.forward(toTensor(y, dtype), wanted)], [value], tolerance);
    expectClose(loss.backward().data, gradient.values, tolerance);
  },
);

describe.each([1, 3, 17, 65])("%i classes", (classes) => {
  test("agree with central differences", () => {
    const model = new Linear(4, classes, { random: new RandomState(1), dtype: "float64" });
    const x = randomTensor([5, 4], { dtype: "float64" });
    const loss = new CrossEntropyLoss({ labelSmoothing: 0.1 });
    checkGradients(
      model,
      x,
      loss,
      Array.from({ length: 5 }, (_, i) => i % classes),
    );
  });
});

test("0 is the loss without it, to the bit, and the targets are left as they are", () => {
  const y = randomTensor([3, 5]);
  const [plain, smoothed] = [new CrossEntropyLoss(), new CrossEntropyLoss({ labelSmoothing: 0 })];
  expect(smoothed.forward(y, [0, 1, 4])).toBe(plain.forward(y, [0, 1, 4]));
  expect(smoothed.backward().data).toEqual(plain.backward().data);
  const targets = Tensor.full([3, 5], 0.2, "float64");
  const before = targets.clone();
  new CrossEntropyLoss({ labelSmoothing: 0.3 }).forward(y, targets);
  expect(targets.data).toEqual(before.data);
});

test("a shorter batch after a longer one has its own targets", () => {
  const loss = new CrossEntropyLoss({ labelSmoothing: 0.2 });
  const fresh = new CrossEntropyLoss({ labelSmoothing: 0.2 });
  loss.forward(randomTensor([5, 3]), [0, 1, 2, 0, 1]);
  const short = randomTensor([2, 3], { seed: 2 });
  expect(loss.forward(short, [2, 2])).toBe(fresh.forward(short, [2, 2]));
  expect(loss.backward().data).toEqual(fresh.backward().data);
});

test.each([-0.1, 1.1, Number.NaN, "0.1"])("refuses %s", (labelSmoothing) => {
  const got = typeof labelSmoothing === "string" ? `"${labelSmoothing}"` : labelSmoothing;
  expect(() => new CrossEntropyLoss({ labelSmoothing: labelSmoothing as number })).toThrow(
    new ArgumentError("CrossEntropyLoss", `labelSmoothing must be in [0, 1], got ${got}`),
  );
});
