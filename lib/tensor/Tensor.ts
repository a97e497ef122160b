import { inspect } from "node:util";
import { ArgumentError, ShapeError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { allocate } from "../kernels/memory";
import { formatTensor } from "./format";
import { matmul } from "./matmul";
import type { RandomState } from "./RandomState";
import * as reductions from "./reductions";
import { checkShape, formatShape, type Shape, sameShape, sizeOf } from "./shape";

/** Numbers in nested lists, such as [[1, 2], [3, 4]]. */
export type Nested = readonly number[] | readonly Nested[];

/**
 * A dense array of numbers with a shape, row-major, as in NumPy. Its data lie in the memory of the compiled
 * kernels, so that no operation copies them to get at them; the garbage collector gives the memory back.
 *
 * Shapes must agree exactly: nothing is broadcast but a number.
 */
export class Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  /**
   * The values in row-major order. Writing to them changes the tensor. A `subarray` of them is valid only as long as
   * the tensor is held: copy it (`slice`) to keep it.
   */
  readonly data: FloatArray;

  /** A tensor over existing data of the kernels' memory; use `Tensor.from` for an array of your own. */
  constructor(data: FloatArray, shape: Shape) {
    this.data = data;
    this.shape = shape;
    this.dtype = data instanceof Float32Array ? "float32" : "float64";
  }

  /** All zeros. */
  static zeros(shape: Shape, dtype: DType = "float32"): Tensor {
    checkShape("Tensor.zeros", shape);
    return new Tensor(allocate(dtype, sizeOf(shape)), [...shape]);
  }

  /** All ones. */
  static ones(shape: Shape, dtype: DType = "float32"): Tensor {
    return Tensor.full(shape, 1, dtype);
  }

  /** The same value everywhere. */
  static full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
    const tensor = Tensor.zeros(shape, dtype);
    tensor.data.fill(value);
    return tensor;
  }

  /**
   * A copy of nested lists, whose shape is read off them, or of a flat array with the shape given.
   * @throws ShapeError if the lists are ragged or the count does not fit the shape.
   */
  static from(values: Nested | ArrayLike<number>, shape?: Shape, dtype: DType = "float32"): Tensor {
    const found = shapeOf(values);
    const flat = found.length > 1 ? flatten(values as Nested) : (values as ArrayLike<number>);
    const wanted = shape ?? found;
    if (flat.length !== sizeOf(wanted)) {
      throw new ShapeError(
        "Tensor.from",
        `shape ${formatShape(wanted)} holds ${sizeOf(wanted)} values, got ${flat.length}`,
      );
    }
    const tensor = Tensor.zeros(wanted, dtype);
    tensor.data.set(flat);
    return tensor;
  }

  /** Standard normal draws, in NumPy's order: `random.randn(…shape)`. */
  static randn(shape: Shape, random: RandomState, dtype: DType = "float32"): Tensor {
    const tensor = Tensor.zeros(shape, dtype);
    random.fillNormal(tensor.data, 0, 1);
    return tensor;
  }

  /** The number of values. */
  get size(): number {
    return this.data.length;
  }

  /**
   * The same data under another shape. One axis may be −1: it takes what is left.
   * @throws ShapeError if the sizes differ.
   */
  reshape(shape: Shape): Tensor {
    const known = shape.reduce((product, length) => (length === -1 ? product : product * length), 1);
    const full = shape.map((length) => (length === -1 ? this.size / known : length));
    checkShape("Tensor.reshape", full);
    if (sizeOf(full) !== this.size) {
      throw new ShapeError(
        "Tensor.reshape",
        `${formatShape(this.shape)} does not fit into ${formatShape(shape)}`,
      );
    }
    return new Tensor(this.data, full);
  }

  /** A copy of rows [from, to) along the first axis. */
  rows(from: number, to: number = from + 1): Tensor {
    const count = this.shape[0] ?? 0;
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= from && to <= count)) {
      throw new ShapeError("Tensor.rows", `wanted a range within [0, ${count}), got [${from}, ${to})`);
    }
    const width = this.size / Math.max(count, 1);
    return Tensor.from(
      this.data.subarray(from * width, to * width),
      [to - from, ...this.shape.slice(1)],
      this.dtype,
    );
  }

  /** A copy. */
  clone(): Tensor {
    return Tensor.from(this.data, this.shape, this.dtype);
  }

  /** A copy in another dtype. */
  to(dtype: DType): Tensor {
    return Tensor.from(this.data, this.shape, dtype);
  }

  /** The one value of a tensor of size 1. */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError("Tensor.item", `wanted one value, got ${formatShape(this.shape)}`);
    return this.data[0];
  }

  /** The value at the given indices. */
  at(...indices: number[]): number {
    if (
      indices.length !== this.shape.length ||
      indices.some((index, axis) => !(Number.isInteger(index) && index >= 0 && index < this.shape[axis]))
    ) {
      throw new ShapeError(
        "Tensor.at",
        `wanted indices into ${formatShape(this.shape)}, got ${formatShape(indices)}`,
      );
    }
    return this.data[indices.reduce((offset, index, axis) => offset * this.shape[axis] + index, 0)];
  }

  /**
   * A·B of two matrices, either one transposed first.
   * Shapes: [M, K] · [K, N] → [M, N].
   * @throws ShapeError if the inner lengths or the dtypes differ.
   */
  matmul(other: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}): Tensor {
    return matmul(this, other, options);
  }

  /** Aᵀ of a matrix, as a copy. */
  transpose(): Tensor {
    if (this.shape.length !== 2) {
      throw new ShapeError("Tensor.transpose", `wanted a matrix, got ${formatShape(this.shape)}`);
    }
    const [rows, columns] = this.shape as [number, number];
    const out = Tensor.zeros([columns, rows], this.dtype);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) out.data[j * rows + i] = this.data[i * columns + j];
    return out;
  }

  add(other: Tensor | number): Tensor {
    return this.combine("add", other, (a, b) => a + b);
  }

  subtract(other: Tensor | number): Tensor {
    return this.combine("subtract", other, (a, b) => a - b);
  }

  /** Elementwise product. */
  multiply(other: Tensor | number): Tensor {
    return this.combine("multiply", other, (a, b) => a * b);
  }

  divide(other: Tensor | number): Tensor {
    return this.combine("divide", other, (a, b) => a / b);
  }

  exp(): Tensor {
    return this.map(Math.exp);
  }

  log(): Tensor {
    return this.map(Math.log);
  }

  /** f applied to each value. */
  map(f: (value: number) => number): Tensor {
    const out = Tensor.zeros(this.shape, this.dtype);
    for (let i = 0; i < this.size; i++) out.data[i] = f(this.data[i]);
    return out;
  }

  /** The sum along an axis, which disappears; of all values (shape []) without one. Summed in float64. */
  sum(axis?: number): Tensor {
    return reductions.sum(this, axis);
  }

  /** The mean along an axis, or of all values. */
  mean(axis?: number): Tensor {
    return reductions.mean(this, axis);
  }

  /** The largest value along an axis, or of all. */
  max(axis?: number): Tensor {
    return reductions.max(this, axis);
  }

  /** The smallest value along an axis, or of all. */
  min(axis?: number): Tensor {
    return reductions.min(this, axis);
  }

  /** The index of the largest value of each row of a matrix; the first one where several are equal. */
  argmax(): Int32Array {
    return reductions.argmax(this);
  }

  /** The values as nested lists. */
  toArray(): number | Nested {
    if (this.shape.length === 0) return this.data[0];
    let lists: readonly (number | Nested)[] = Array.from(this.data);
    for (const length of this.shape.slice(1).reverse()) {
      const inner = lists;
      lists = Array.from(
        { length: inner.length / length },
        (_, i) => inner.slice(i * length, (i + 1) * length) as Nested,
      );
    }
    return lists as Nested;
  }

  /** The values the way NumPy prints them, the middle left out where there are many. */
  toString(): string {
    return formatTensor(this.data, this.shape, this.dtype);
  }

  private combine(name: string, other: Tensor | number, f: (a: number, b: number) => number): Tensor {
    if (typeof other === "number") return this.map((value) => f(value, other));
    if (!sameShape(this.shape, other.shape)) {
      throw new ShapeError(
        `Tensor.${name}`,
        `both must have the same shape, got ${formatShape(this.shape)} and ${formatShape(other.shape)}`,
      );
    }
    checkDType(`Tensor.${name}`, this, other);
    const out = Tensor.zeros(this.shape, this.dtype);
    for (let i = 0; i < this.size; i++) out.data[i] = f(this.data[i], other.data[i]);
    return out;
  }
}

Object.defineProperty(Tensor.prototype, inspect.custom, {
  value(this: Tensor): string {
    return this.toString();
  },
});

/** @throws ArgumentError if two tensors differ in dtype. */
export function checkDType(where: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype)
    throw new ArgumentError(where, `both must have the same dtype, got ${a.dtype} and ${b.dtype}`);
}

function shapeOf(values: Nested | ArrayLike<number>): number[] {
  const first = values[0];
  if (!Array.isArray(values) || !Array.isArray(first)) return [values.length];
  const inner = shapeOf(first as Nested);
  for (const item of values as Nested[]) {
    if (!Array.isArray(item) || !sameShape(shapeOf(item), inner)) {
      throw new ShapeError("Tensor.from", "the nested lists must all have the same length");
    }
  }
  return [values.length, ...inner];
}

function flatten(values: Nested): number[] {
  const out: number[] = [];
  for (const item of values) {
    if (typeof item === "number") out.push(item);
    else out.push(...flatten(item));
  }
  return out;
}
