import { ArgumentError, ShapeError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { allocate, isResident } from "../kernels/memory";
import { argmaxInto } from "./argmax";
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
  /** The lengths of the axes, outermost first; [] for a single number. */
  readonly shape: Shape;
  /** The type of the values, `float32` or `float64`. */
  readonly dtype: DType;
  /**
   * The values in row-major order. Writing to them changes the tensor. A `subarray` of them is valid only as long as
   * the tensor is held: copy it (`slice`) to keep it.
   */
  readonly data: FloatArray;

  /**
   * A tensor over the data of another tensor, or a part of them; `Tensor.from` copies an array of your own.
   * @throws ArgumentError if the data are no floats in the kernels' memory; ShapeError if their count does not fit the
   * shape.
   */
  constructor(data: FloatArray, shape: Shape) {
    checkShape("Tensor", shape);
    if (!(data instanceof Float32Array || data instanceof Float64Array) || !isResident(data)) {
      throw new ArgumentError(
        "Tensor",
        "data must be those of a tensor, got another array; Tensor.from(array, shape) copies it",
      );
    }
    if (data.length !== sizeOf(shape)) throw new ShapeError("Tensor", misfit(shape, data.length));
    this.data = data;
    this.shape = [...shape];
    this.dtype = data instanceof Float32Array ? "float32" : "float64";
  }

  /** All zeros. @throws ShapeError if an axis is not a whole number ≥ 0. */
  static zeros(shape: Shape, dtype: DType = "float32"): Tensor {
    checkShape("Tensor.zeros", shape);
    return new Tensor(allocate(dtype, sizeOf(shape)), shape);
  }

  /** All ones. @throws ShapeError if an axis is not a whole number ≥ 0. */
  static ones(shape: Shape, dtype: DType = "float32"): Tensor {
    return Tensor.full(shape, 1, dtype);
  }

  /** The same value everywhere. @throws ShapeError if an axis is not a whole number ≥ 0. */
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
      throw new ShapeError("Tensor.from", misfit(wanted, flat.length));
    }
    const tensor = Tensor.zeros(wanted, dtype);
    tensor.data.set(flat);
    return tensor;
  }

  /**
   * Standard normal draws, in NumPy's order: `random.randn(…shape)`.
   * @throws ShapeError if an axis is not a whole number ≥ 0.
   */
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
   * Shapes: x […] → y shape, sharing x's data.
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

  /**
   * A copy of rows [from, to) along the first axis; of one row without `to`.
   * Shapes: x [N, …] → y [to − from, …].
   * @throws ShapeError unless 0 ≤ from ≤ to ≤ N.
   */
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

  /** A copy in a dtype, rounded to the nearest where it has fewer digits. */
  to(dtype: DType): Tensor {
    return Tensor.from(this.data, this.shape, dtype);
  }

  /** The one value of a tensor of size 1. @throws ShapeError if the size is another. */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError("Tensor.item", `wanted one value, got ${formatShape(this.shape)}`);
    return this.data[0];
  }

  /** The value at the given indices, one an axis. @throws ShapeError if there is no such place. */
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
   * @throws ShapeError if they are no matrices or the inner lengths differ; ArgumentError if the dtypes differ.
   */
  matmul(other: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}): Tensor {
    return matmul(this, other, options);
  }

  /** yⱼᵢ = xᵢⱼ, as a copy. Shapes: x [M, N] → y [N, M]. @throws ShapeError if x is no matrix. */
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

  /** xᵢ + otherᵢ. @throws ShapeError or ArgumentError if the shapes or the dtypes differ. */
  add(other: Tensor | number): Tensor {
    return this.combine("add", other, (a, b) => a + b);
  }

  /** xᵢ − otherᵢ. @throws ShapeError or ArgumentError if the shapes or the dtypes differ. */
  subtract(other: Tensor | number): Tensor {
    return this.combine("subtract", other, (a, b) => a - b);
  }

  /** xᵢ · otherᵢ, the elementwise product. @throws ShapeError or ArgumentError if the shapes or the dtypes differ. */
  multiply(other: Tensor | number): Tensor {
    return this.combine("multiply", other, (a, b) => a * b);
  }

  /** xᵢ / otherᵢ. @throws ShapeError or ArgumentError if the shapes or the dtypes differ. */
  divide(other: Tensor | number): Tensor {
    return this.combine("divide", other, (a, b) => a / b);
  }

  /** eˣ of each value, computed in float64. */
  exp(): Tensor {
    return this.map(Math.exp);
  }

  /** The natural logarithm of each value, computed in float64: −Infinity for 0, NaN below. */
  log(): Tensor {
    return this.map(Math.log);
  }

  /** f(xᵢ) for each value. Shapes: y as x. */
  map(f: (value: number) => number): Tensor {
    const out = Tensor.zeros(this.shape, this.dtype);
    for (let i = 0; i < this.size; i++) out.data[i] = f(this.data[i]);
    return out;
  }

  /**
   * Σ x along an axis, which disappears, or over all values. Summed in float64, one value after the other.
   * Shapes: x [A, B, C] → y [A, C] along axis 1, y [] without an axis.
   * @throws ShapeError if there is no such axis.
   */
  sum(axis?: number): Tensor {
    return reductions.sum(this, axis);
  }

  /** Σ x / count along an axis, or over all values; shapes and errors as for `sum`. NaN where there is none. */
  mean(axis?: number): Tensor {
    return reductions.mean(this, axis);
  }

  /** The largest value along an axis, or of all; shapes and errors as for `sum`. NaN if one is, −Infinity of none. */
  max(axis?: number): Tensor {
    return reductions.max(this, axis);
  }

  /** The smallest value along an axis, or of all; shapes and errors as for `sum`. NaN if one is, Infinity of none. */
  min(axis?: number): Tensor {
    return reductions.min(this, axis);
  }

  /**
   * The index of the largest value of each row, `numpy.argmax(x, axis=1)`: the first one where several are equal, and
   * the first NaN where there is one.
   * Shapes: x [N, C] → N indices.
   * @throws ShapeError if x is no matrix.
   */
  argmax(): Int32Array {
    if (this.shape.length !== 2) {
      throw new ShapeError("Tensor.argmax", `x must be [N, C], got ${formatShape(this.shape)}`);
    }
    const out = new Int32Array(this.shape[0]);
    argmaxInto(out, 0, this);
    return out;
  }

  /** The values as nested lists; as a number for shape []. */
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

/* How console.log shows it in Node.js. */
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
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
  if (!Array.isArray(values)) return [values.length];
  const inner = Array.isArray(values[0]) ? shapeOf(values[0] as Nested) : undefined;
  for (const item of values as unknown[]) {
    const fits = inner
      ? Array.isArray(item) && sameShape(shapeOf(item), inner)
      : item === null || typeof item !== "object";
    if (!fits) throw new ShapeError("Tensor.from", "the nested lists must all have the same length");
  }
  return inner ? [values.length, ...inner] : [values.length];
}

function flatten(values: Nested, out: number[] = []): number[] {
  for (const item of values) {
    if (typeof item === "number") out.push(item);
    else flatten(item, out);
  }
  return out;
}

function misfit(shape: Shape, count: number): string {
  return `shape ${formatShape(shape)} holds ${sizeOf(shape)} values, got ${count}`;
}
