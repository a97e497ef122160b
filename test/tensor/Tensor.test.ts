import { inspect } from "node:util";
import fc from "fast-check";
import { ArgumentError, memoryBytes, type Nested, RandomState, ShapeError, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { readFixture } from "../helpers/readFixture";

const grid = (): Tensor =>
  Tensor.from([
    [1, 2, 3],
    [4, 5, 6],
  ]);

describe("making one", () => {
  test("zeros, ones, full", () => {
    expect([...Tensor.zeros([2, 2]).data]).toEqual([0, 0, 0, 0]);
    expect([...Tensor.ones([3], "float64").data]).toEqual([1, 1, 1]);
    expect(Tensor.full([2], 0.1).data).toEqual(Tensor.from([0.1, 0.1]).data);
    expect(Tensor.zeros([2, 2]).dtype).toBe("float32");
    expect(Tensor.full([2], 0.1, "float64").data).toBeInstanceOf(Float64Array);
    expect(Tensor.zeros([]).size).toBe(1);
    expect(Tensor.zeros([3, 0]).size).toBe(0);
  });

  test("from nested lists, whose shape is read off", () => {
    expect(grid().shape).toEqual([2, 3]);
    expect([...grid().data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(
      Tensor.from([
        [[1], [2]],
        [[3], [4]],
        [[5], [6]],
      ]).shape,
    ).toEqual([3, 2, 1]);
    expect(Tensor.from([]).shape).toEqual([0]);
    expect(Tensor.from([[], []]).shape).toEqual([2, 0]);
  });

  test("from a flat array and a shape", () => {
    expect(Tensor.from(Float64Array.of(1, 2, 3, 4), [2, 2]).at(1, 0)).toBe(3);
    expect(Tensor.from([7], []).item()).toBe(7);
    expect(Tensor.from(new Uint8Array([200, 255])).toArray()).toEqual([200, 255]);
  });

  test("copies, and does not keep the caller's list of lengths", () => {
    const values = Float32Array.of(1, 2);
    const shape = [2];
    const tensor = Tensor.from(values, shape);
    values[0] = 9;
    shape[0] = 1;
    expect(tensor.toArray()).toEqual([1, 2]);
    const clone = tensor.clone();
    clone.data[0] = 5;
    expect(tensor.at(0)).toBe(1);
  });

  test("to another dtype", () => {
    const tensor = Tensor.from([0.1], undefined, "float64");
    expect(tensor.to("float32").item()).toBe(Math.fround(0.1));
    expect(tensor.to("float32").dtype).toBe("float32");
    expect(tensor.to("float64")).not.toBe(tensor);
  });

  test("randn draws in NumPy's order", () => {
    const tensor = Tensor.randn([2, 3], new RandomState(5), "float64");
    expect([...tensor.data]).toEqual([...new RandomState(5).randn(2, 3)]);
  });

  test("ragged lists are refused", () => {
    const ragged: Nested[] = [
      [[1, 2], [3]],
      [[[1], [2]], [[1, 2]]],
    ];
    for (const lists of [
      ...ragged,
      [[1, 2], 3] as unknown as Nested,
      [1, [2, 3]] as unknown as Nested,
      [[1], [[2]]] as unknown as Nested,
    ]) {
      expect(() => Tensor.from(lists)).toThrow(
        new ShapeError("Tensor.from", "the nested lists must all have the same length"),
      );
    }
  });

  test("rows may be long", () => {
    const row = Array.from({ length: 200_000 }, (_, i) => i);
    expect(Tensor.from([row, row]).at(1, 199_999)).toBe(199_999);
  });

  test("over data of another tensor, also after the memory has grown", () => {
    const x = grid();
    for (let bytes = memoryBytes(); memoryBytes() === bytes; ) Tensor.zeros([2 ** 20]);
    expect(new Tensor(x.data, [3, 2]).at(2, 1)).toBe(6);
    expect(new Tensor(x.data.subarray(2, 4), [2]).toArray()).toEqual([3, 4]);
    expect(() => new Tensor(x.data, [2, 2])).toThrow(
      new ShapeError("Tensor", "shape [2, 2] holds 4 values, got 6"),
    );
    expect(() => new Tensor(x.data, [-1])).toThrow(ShapeError);
    const own = [
      Float32Array.of(1),
      Float64Array.of(1),
      new Float32Array(new SharedArrayBuffer(4)),
      [1],
      new Int32Array(x.data.buffer, x.data.byteOffset, 1),
    ];
    for (const data of own) {
      const got =
        data instanceof Int32Array
          ? "an Int32Array"
          : Array.isArray(data)
            ? "an array of 1"
            : "another array";
      expect(() => new Tensor(data as Float32Array, [1])).toThrow(
        new ArgumentError(
          "Tensor",
          `data must be those of a tensor, got ${got}; Tensor.from(array, shape) copies one`,
        ),
      );
    }
  });

  test("a count that does not fit the shape is refused", () => {
    expect(() => Tensor.from([1, 2, 3], [2, 2])).toThrow(
      new ShapeError("Tensor.from", "shape [2, 2] holds 4 values, got 3"),
    );
  });

  test("a shape is a list of whole numbers", () => {
    for (const shape of [[-1], [1.5], [2, Number.NaN]]) {
      expect(() => Tensor.zeros(shape)).toThrow(
        new ShapeError(
          "Tensor.zeros",
          `shape must be a list of whole numbers ≥ 0, such as [2, 3], got [${shape.join(", ")}]`,
        ),
      );
    }
  });
});

describe("looking at parts", () => {
  test("reshape keeps the data and fills in one axis", () => {
    const x = grid();
    expect(x.reshape([3, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(x.reshape([3, -1]).shape).toEqual([3, 2]);
    expect(x.reshape([-1]).data).toBe(x.data);
    for (const shape of [[4], [2, 2], [0]]) {
      expect(() => x.reshape(shape)).toThrow(
        new ShapeError("Tensor.reshape", `[2, 3] does not fit into [${shape.join(", ")}]`),
      );
    }
    expect(() => x.reshape([4, -1])).toThrow(ShapeError);
    expect(() => x.reshape([-1, -1])).toThrow(ShapeError);
  });

  test("rows copies a range", () => {
    const x = grid();
    expect(x.rows(1).toArray()).toEqual([[4, 5, 6]]);
    expect(x.rows(0, 2).toArray()).toEqual(x.toArray());
    expect(x.rows(1, 1).shape).toEqual([0, 3]);
    x.rows(0).data[0] = 9;
    expect(x.at(0, 0)).toBe(1);
    expect(Tensor.zeros([4, 2, 3], "float64").rows(1, 3)).toMatchObject({
      shape: [2, 2, 3],
      dtype: "float64",
    });
    for (const [from, to] of [
      [-1, 1],
      [1, 3],
      [2, 1],
      [0.5, 1.5],
      [Number.NaN, 1],
    ] as const) {
      expect(() => x.rows(from, to)).toThrow(
        new ShapeError("Tensor.rows", `rows must lie within [0, 2), got [${from}, ${to})`),
      );
    }
  });

  test("at and item", () => {
    const x = grid();
    expect([x.at(0, 0), x.at(1, 2), Tensor.from([[[3]]]).item(), Tensor.from([4], []).at()]).toEqual([
      1, 6, 3, 4,
    ]);
    for (const indices of [[2, 0], [0, 3], [-1, 0], [0], [0, 0, 0], [0.5, 0]]) {
      expect(() => x.at(...indices)).toThrow(
        new ShapeError(
          "Tensor.at",
          `indices must be those of a value of [2, 3], got [${indices.join(", ")}]`,
        ),
      );
    }
    expect(() => x.item()).toThrow(new ShapeError("Tensor.item", "x must have one value, got [2, 3]"));
  });

  test("transpose", () => {
    expect(grid().transpose().toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    for (const shape of [[3], [1, 2, 3], []]) {
      expect(() => Tensor.zeros(shape).transpose()).toThrow(
        new ShapeError("Tensor.transpose", `x must be a matrix, got [${shape.join(", ")}]`),
      );
    }
  });

  test("toArray and from undo each other", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, (shape) => {
        const x = Tensor.randn(shape, new RandomState(1));
        const again = Tensor.from(x.toArray() as Nested);
        expect(again.shape).toEqual(shape);
        expect(again.data).toEqual(x.data);
      }),
    );
    expect(Tensor.from([3], []).toArray()).toBe(3);
    expect(Tensor.zeros([0, 3]).toArray()).toEqual([]);
  });
});

describe("arithmetic", () => {
  const other = (): Tensor =>
    Tensor.from([
      [2, 2, 2],
      [4, 4, 4],
    ]);

  test("value by value", () => {
    expect(grid().add(other()).toArray()).toEqual([
      [3, 4, 5],
      [8, 9, 10],
    ]);
    expect(grid().subtract(other()).toArray()).toEqual([
      [-1, 0, 1],
      [0, 1, 2],
    ]);
    expect(grid().multiply(other()).toArray()).toEqual([
      [2, 4, 6],
      [16, 20, 24],
    ]);
    expect(grid().divide(other()).toArray()).toEqual([
      [0.5, 1, 1.5],
      [1, 1.25, 1.5],
    ]);
  });

  test("with a number", () => {
    expect(grid().add(1).toArray()).toEqual([
      [2, 3, 4],
      [5, 6, 7],
    ]);
    expect(grid().subtract(1).at(0, 0)).toBe(0);
    expect(grid().multiply(2).at(1, 2)).toBe(12);
    expect(grid().divide(2).at(0, 0)).toBe(0.5);
  });

  test("exp, log and map", () => {
    const x = Tensor.from([0, 1, 2], undefined, "float64");
    expect([...x.exp().data]).toEqual([1, Math.E, Math.exp(2)]);
    expectClose(x.exp().log().data, x.data, 1e-15);
    expect(x.map((value) => -value).at(2)).toBe(-2);
    expect(x.at(2)).toBe(2);
  });

  test("nothing is broadcast, no dtypes are mixed", () => {
    for (const name of ["add", "subtract", "multiply", "divide"] as const) {
      expect(() => grid()[name](Tensor.ones([3]))).toThrow(
        new ShapeError(`Tensor.${name}`, "both must have the same shape, got [2, 3] and [3]"),
      );
      expect(() => grid()[name](Tensor.ones([2, 3], "float64"))).toThrow(
        new ArgumentError(`Tensor.${name}`, "both must have the same dtype, got float32 and float64"),
      );
    }
  });
});

describe("reductions", () => {
  const fixture = readFixture<{
    x: number[][][];
    reductions: {
      name: "sum" | "mean" | "max" | "min";
      axis: number | null;
      shape: number[];
      values: number[];
    }[];
    ties: number[][];
    argmax: number[];
  }>("numpy-core");

  test.each(fixture.reductions)("$name along axis $axis equals NumPy's", ({ name, axis, shape, values }) => {
    for (const dtype of ["float32", "float64"] as const) {
      const y = Tensor.from(fixture.x, undefined, dtype)[name](axis ?? undefined);
      expect(y.shape).toEqual(shape);
      expect(y.dtype).toBe(dtype);
      expectClose(y.data, values, dtype === "float32" ? 1e-6 : 1e-14);
    }
  });

  test("argmax takes the first of equals, as NumPy does", () => {
    expect([...Tensor.from(fixture.ties).argmax()]).toEqual(fixture.argmax);
    expect(Tensor.from(fixture.ties).argmax()).toBeInstanceOf(Int32Array);
  });

  test("NaN is the largest and the smallest", () => {
    const x = Tensor.from([1, Number.NaN, 3]);
    expect([x.max().item(), x.min().item()]).toEqual([Number.NaN, Number.NaN]);
    expect([...Tensor.from([[1, Number.NaN, 3, Number.NaN]]).argmax()]).toEqual([1]);
  });

  test("sums of float32 are made in float64", () => {
    expect(Tensor.full([1_000_000], 0.1).mean().item()).toBe(Math.fround(0.1));
  });

  test("an axis that is not there is refused", () => {
    for (const name of ["sum", "mean", "max", "min"] as const) {
      for (const axis of [2, -1, 0.5]) {
        expect(() => grid()[name](axis)).toThrow(
          new ShapeError(`Tensor.${name}`, `axis must be one of the 2 axes of [2, 3], got ${axis}`),
        );
      }
    }
    expect(() => Tensor.ones([3]).argmax()).toThrow(
      new ShapeError("Tensor.argmax", "x must be [N, C] with C > 0, got [3]"),
    );
  });
});

describe("as text", () => {
  test("small ones whole", () => {
    expect(grid().toString()).toBe("Tensor [2, 3] float32\n[[1, 2, 3],\n [4, 5, 6]]");
    expect(inspect(grid())).toBe(grid().toString());
    expect(Tensor.from([2.5], [], "float64").toString()).toBe("Tensor [] float64\n2.5");
    expect(Tensor.from([]).toString()).toBe("Tensor [0] float32\n[]");
  });

  test("long axes without their middle", () => {
    const text = Tensor.from(Array.from({ length: 9 }, (_, i) => i)).toString();
    expect(text).toBe("Tensor [9] float32\n[0, 1, 2, …, 6, 7, 8]");
    expect(Tensor.zeros([100, 100]).toString().split("\n")).toHaveLength(8);
  });

  test("four digits, exponents where they are shorter", () => {
    const x = Tensor.from(
      [1 / 3, 123_456, 1e-5, -0.001, Infinity, Number.NaN, 12_345.67],
      undefined,
      "float64",
    );
    expect(x.toString()).toBe(
      "Tensor [7] float64\n[0.3333, 1.235e+5, 1.000e-5, -0.001, Infinity, NaN, 12350]",
    );
  });
});
