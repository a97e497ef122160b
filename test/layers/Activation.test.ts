import fc from "fast-check";
import { Activation, ArgumentError, ReLU, ShapeError, Sigmoid, Softmax, Tanh, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { reuse } from "../../lib/dist/tensor/reuse";
import { randomTensor } from "../helpers/randomTensor";

describe.each([
  ["ReLU", () => new ReLU()],
  ["Sigmoid", () => new Sigmoid()],
  ["Softmax", () => new Softmax()],
  ["Tanh", () => new Tanh()],
] as const)("%s", (name, build) => {
  test("refuses a dy before x, of another shape or dtype", () => {
    const layer = build();
    const where = `${name}.backward`;
    expect(() => layer.backward(Tensor.zeros([2, 3]))).toThrow(
      new ArgumentError(where, "forward must be called first"),
    );
    layer.forward(Tensor.zeros([2, 3]));
    expect(() => layer.backward(Tensor.zeros([3, 2]))).toThrow(
      new ShapeError(where, "dy must be [2, 3], got [3, 2]"),
    );
    expect(() => layer.backward(Tensor.zeros([2, 3], "float64"))).toThrow(
      new ArgumentError(where, "both must have the same dtype, got float32 and float64"),
    );
  });

  test("leaves x as it was and has no parameters", () => {
    const x = randomTensor([3, 17]);
    const before = x.clone();
    const layer = build();
    expect(layer).toBeInstanceOf(Activation);
    layer.forward(x);
    layer.backward(x);
    expect(x.data).toEqual(before.data);
    expect(layer.parameters()).toEqual([]);
  });

  test("uses its tensors again in the steps of a training", () => {
    const layer = build();
    const x = randomTensor([3, 5]);
    const step = () => reuse(() => [layer.forward(x), layer.backward(x)]);
    const first = step();
    step().forEach((tensor, i) => {
      expect(tensor).toBe(first[i]);
    });
  });
});

test("ReLU is max(0, x), its derivative at 0 is 0, and it takes any shape", () => {
  const relu = new ReLU();
  const x = Tensor.from([-2, -0, 0, 3, 1e-30, -1e30], [1, 2, 3]);
  expect([...relu.forward(x).data].map((value) => value + 0)).toEqual([0, 0, 0, 3, Math.fround(1e-30), 0]);
  expect([...relu.backward(Tensor.full([1, 2, 3], 5)).data]).toEqual([0, 0, 0, 5, 5, 0]);
});

describe("Softmax", () => {
  test("refuses what is not [N, C]", () => {
    for (const shape of [[3], [1, 2, 3], [2, 0], []]) {
      expect(() => new Softmax().forward(Tensor.zeros(shape))).toThrow(
        new ShapeError("Softmax.forward", `x must be [N, C], got [${shape.join(", ")}]`),
      );
    }
  });

  const rows = fc
    .record({ rows: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 20 }) })
    .chain(({ rows, columns }) =>
      fc.array(
        fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), {
          minLength: columns,
          maxLength: columns,
        }),
        {
          minLength: rows,
          maxLength: rows,
        },
      ),
    );

  test("rows lie in [0, 1] and sum to 1", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom("float32", "float64"), (values, dtype) => {
        const y = new Softmax().forward(Tensor.from(values, undefined, dtype));
        expect(y.data.every((value) => value >= 0 && value <= 1)).toBe(true);
        for (const sum of y.sum(1).data)
          expect(Math.abs(sum - 1)).toBeLessThan(dtype === "float32" ? 2e-6 : 1e-14);
      }),
    );
  });

  test("an offset of a row changes nothing", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -1000, max: 1000 }), (values, offset) => {
        // Multiples of 1/64 are added without rounding.
        const x = Tensor.from(values, undefined, "float64").map((value) => Math.round(value * 64) / 64);
        const y = new Softmax().forward(x).clone();
        expect(new Softmax().forward(x.add(offset)).data).toEqual(y.data);
      }),
    );
  });
});
