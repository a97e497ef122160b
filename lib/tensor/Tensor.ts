import { inWords, markCopy } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { allocateUnset, holderOf, isResident } from "../kernels/memory";
import { argmaxInto } from "./argmax";
import { exp, log } from "./fdlibm";
import { formatTensor } from "./format";
import { matmul } from "./matmul";
import type { RandomState } from "./RandomState";
import * as reductions from "./reductions";
import { checkShape, formatShape, type Shape, sameShape, sizeOf } from "./shape";

/** Numbers in nested lists, such as [[1, 2], [3, 4]]. */
export type Nested = readonly number[] | readonly Nested[];

/** One call of a layer's `forward`. */
export interface Pass {
  readonly layer: object;
  /** The pass whose result this one returned as its own, as a network does with that of its last layer. */
  readonly inner?: Pass;
}

/**
 * The pass that a tensor belongs to: a result, and a gradient with respect to it, to the one it came from. So a layer
 * sees that a gradient is not for its last result but for an earlier one.
 */
export let passOf: (tensor: Tensor) => Pass | undefined;

/** Makes a tensor belong to a pass, or to none, and returns it. */
export let setPass: (tensor: Tensor, pass: Pass | undefined) => Tensor;

/**
 * A dense array of numbers with a shape, row-major, as in NumPy. Its data lie in the memory of the compiled
 * kernels, so that no operation copies them to get at them; the garbage collector gives the memory back.
 *
 * Shapes must agree exactly: nothing is broadcast but a number.
 *
 * The constructor makes a tensor over the data of another tensor, or a part of them; `Tensor.from` copies an array of
 * your own.
 * @throws ArgumentError if the data are no floats in the kernels' memory; ShapeError if their count does not fit the
 * shape.
 * @example
 * const x = nn.Tensor.from([[1, 2], [3, 4]]);
 * console.log(x.matmul(x).at(1, 0)); // 15
 * console.log(x.reshape([4]).shape); // [ 4 ]
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
  /** What keeps the data: their memory is given away when it is garbage. */
  readonly #holder: object;
  #pass: Pass | undefined;

  static {
    passOf = (tensor) => tensor.#pass;
    setPass = (tensor, pass) => {
      tensor.#pass = pass;
      return tensor;
    };
  }

  constructor(data: FloatArray, shape: Shape, holder?: object) {
    checkShape("Tensor", shape);
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    const found = isFloat && isResident(data) ? (holder ?? holderOf(data)) : undefined;
    if (found === undefined) {
      throw new ArgumentError(
        "Tensor",
        `data must be those of a tensor, got ${isFloat ? "another array" : inWords(data)}; ` +
          "Tensor.from(array, shape) copies one",
      );
    }
    if (data.length !== sizeOf(shape)) throw new ShapeError("Tensor", misfit(shape, data.length));
    this.data = data;
    this.shape = [...shape];
    this.dtype = data instanceof Float32Array ? "float32" : "float64";
    this.#holder = found;
  }

  /** All zeros. @throws ShapeError if an axis is not a whole number ≥ 0. */
  static zeros(shape: Shape, dtype: DType = "float32"): Tensor {
    return filled("Tensor.zeros", shape, 0, dtype);
  }

  /** All ones. @throws ShapeError if an axis is not a whole number ≥ 0. */
  static ones(shape: Shape, dtype: DType = "float32"): Tensor {
    return filled("Tensor.ones", shape, 1, dtype);
  }

  /** The same value everywhere. @throws ShapeError if an axis is not a whole number ≥ 0. */
  static full(shape: Shape, value: number, dtype: DType = "float32"): Tensor {
    if (typeof value !== "number") {
      throw new ArgumentError("Tensor.full", `value must be a number, got ${inWords(value)}`);
    }
    return filled("Tensor.full", shape, value, dtype);
  }

  /**
   * A copy of nested lists, whose shape is read off them, or of a flat array with the shape given.
   * @throws ShapeError if the lists are ragged or the count does not fit the shape; ArgumentError if there is something
   * else than numbers in them.
   */
  static from(values: Nested | ArrayLike<number>, shape?: Shape, dtype: DType = "float32"): Tensor {
    const lengths = lengthsOf(values);
    const own = shape ?? lengths;
    checkShape("Tensor.from", own);
    if (sizeOf(lengths) !== sizeOf(own)) throw new ShapeError("Tensor.from", misfit(own, sizeOf(lengths)));
    const tensor = empty("Tensor.from", own, dtype);
    if (isNumeric(values)) tensor.data.set(values);
    else copyNested(values, lengths, 0, tensor.data, 0);
    return tensor;
  }

  /**
   * Standard normal draws, in NumPy's order: `random.randn(…shape)`.
   * @throws ShapeError if an axis is not a whole number ≥ 0.
   */
  static randn(shape: Shape, random: RandomState, dtype: DType = "float32"): Tensor {
    const tensor = empty("Tensor.randn", shape, dtype);
    if (typeof random?.fillNormal !== "function") {
      throw new ArgumentError("Tensor.randn", `random must be a RandomState, got ${inWords(random)}`);
    }
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
   * @throws ShapeError if the sizes differ, or more than one axis is −1.
   */
  reshape(shape: Shape): Tensor {
    const where = "Tensor.reshape";
    if (!Array.isArray(shape)) checkShape(where, shape);
    const open = shape.indexOf(-1);
    const known = [...shape];
    if (open >= 0) known[open] = 1;
    checkShape(where, known);
    if (open >= 0) known[open] = this.size / sizeOf(known);
    if (sizeOf(known) !== this.size || !Number.isInteger(known[open] ?? 0)) {
      throw new ShapeError(where, `${formatShape(this.shape)} does not fit into ${formatShape(shape)}`);
    }
    return new Tensor(this.data, known, this.#holder);
  }

  /**
   * A copy of rows [from, to) along the first axis; of one row without `to`.
   * Shapes: x [N, …] → y [to − from, …].
   * @throws ShapeError unless 0 ≤ from ≤ to ≤ N.
   */
  rows(from: number, to: number = from + 1): Tensor {
    const [count, ...rest] = this.shape;
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= from && to <= count)) {
      const got = `[${inWords(from)}, ${inWords(to)})`;
      const bound = count === undefined ? "x must have an axis" : `rows must lie within [0, ${count})`;
      throw new ShapeError("Tensor.rows", `${bound}, got ${got}`);
    }
    const width = sizeOf(rest);
    return copy(this.data.subarray(from * width, to * width), [to - from, ...rest], this.dtype);
  }

  /** A copy. */
  clone(): Tensor {
    return copy(this.data, this.shape, this.dtype);
  }

  /** A copy in a dtype, rounded to the nearest where it has fewer digits. @throws ArgumentError for another dtype. */
  to(dtype: DType): Tensor {
    checkDTypeName("Tensor.to", dtype);
    return copy(this.data, this.shape, dtype);
  }

  /** The one value of a tensor of size 1. @throws ShapeError if the size is another. */
  item(): number {
    if (this.size !== 1)
      throw new ShapeError("Tensor.item", `x must have one value, got ${formatShape(this.shape)}`);
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
        `indices must be those of a value of ${formatShape(this.shape)}, got ${formatShape(indices.map(inWords))}`,
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
      throw new ShapeError("Tensor.transpose", `x must be a matrix, got ${formatShape(this.shape)}`);
    }
    const [rows, columns] = this.shape as [number, number];
    const out = empty("Tensor.transpose", [columns, rows], this.dtype);
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
    return this.map(exp);
  }

  /** The natural logarithm of each value, computed in float64: −Infinity for 0, NaN below. */
  log(): Tensor {
    return this.map(log);
  }

  /** f(xᵢ) for each value. Shapes: y as x. @throws ArgumentError if f gives something else than a number. */
  map(f: (value: number) => number): Tensor {
    if (typeof f !== "function")
      throw new ArgumentError("Tensor.map", `f must be a function, got ${inWords(f)}`);
    const out = empty("Tensor.map", this.shape, this.dtype);
    const { data } = this;
    for (let i = 0; i < data.length; i++) {
      const value = f(data[i]);
      if (typeof value !== "number") {
        throw new ArgumentError("Tensor.map", `f must give a number, got ${inWords(value)} for ${data[i]}`);
      }
      out.data[i] = value;
    }
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

  /**
   * The largest value along an axis, or of all; shapes as for `sum`. NaN if one is.
   * @throws ShapeError if there is no such axis, or no value along it.
   */
  max(axis?: number): Tensor {
    return reductions.max(this, axis);
  }

  /** The smallest value along an axis, or of all; shapes and errors as for `max`. NaN if one is. */
  min(axis?: number): Tensor {
    return reductions.min(this, axis);
  }

  /**
   * The index of the largest value of each row, `numpy.argmax(x, axis=1)`: the first one where several are equal, and
   * the first NaN where there is one.
   * Shapes: x [N, C] → N indices.
   * @throws ShapeError if x is no matrix, or its rows are empty.
   */
  argmax(): Int32Array {
    const [rows, columns] = this.shape;
    if (this.shape.length !== 2 || (rows > 0 && columns === 0)) {
      throw new ShapeError("Tensor.argmax", `x must be [N, C] with C > 0, got ${formatShape(this.shape)}`);
    }
    const out = new Int32Array(rows);
    argmaxInto(out, 0, this);
    return out;
  }

  /** The values as nested lists; as a number for shape []. */
  toArray(): number | Nested {
    return this.shape.length === 0 ? this.data[0] : nested(this.data, this.shape, 0, 0);
  }

  /** The values the way NumPy prints them, the middle left out where there are many. */
  toString(): string {
    return formatTensor(this.data, this.shape, this.dtype);
  }

  private combine(name: string, other: Tensor | number, f: (a: number, b: number) => number): Tensor {
    const where = `Tensor.${name}`;
    if (typeof other === "number") return this.map((value) => f(value, other));
    checkTensor(where, "other", other, " or a number");
    if (!sameShape(this.shape, other.shape)) {
      throw new ShapeError(
        where,
        `both must have the same shape, got ${formatShape(this.shape)} and ${formatShape(other.shape)}`,
      );
    }
    checkDType(where, this, other);
    const out = empty(where, this.shape, this.dtype);
    for (let i = 0; i < this.size; i++) out.data[i] = f(this.data[i], other.data[i]);
    return out;
  }
}

markCopy(Tensor);

/* How console.log shows it in Node.js. */
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Tensor): string {
    return this.toString();
  },
});

/** A tensor with whatever lies there, for who overwrites all of it. @throws ShapeError or ArgumentError from `where`. */
export function empty(where: string, shape: Shape, dtype: DType): Tensor {
  checkShape(where, shape);
  checkDTypeName(where, dtype);
  const data = allocateUnset(dtype, sizeOf(shape));
  return new Tensor(data, shape, data);
}

/**
 * Whether something is a tensor of this library. One of another copy of it lies in another memory, where the kernels
 * would read something else.
 * @param others what else it may be, for the error
 * @throws ArgumentError from `where`, which names it, if it is not.
 */
export function checkTensor(where: string, name: string, x: unknown, others = ""): asserts x is Tensor {
  if (x instanceof Tensor) return;
  throw new ArgumentError(where, `${name} must be a tensor${others}, got ${inWords(x)}`);
}

/** @throws ArgumentError if two tensors differ in dtype. */
export function checkDType(where: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype)
    throw new ArgumentError(where, `both must have the same dtype, got ${a.dtype} and ${b.dtype}`);
}

/** @throws ArgumentError unless it is the name of a dtype. */
export function checkDTypeName(where: string, dtype: unknown): asserts dtype is DType {
  if (dtype === "float32" || dtype === "float64") return;
  throw new ArgumentError(where, `dtype must be "float32" or "float64", got ${inWords(dtype)}`);
}

function filled(where: string, shape: Shape, value: number, dtype: DType): Tensor {
  const tensor = empty(where, shape, dtype);
  tensor.data.fill(value);
  return tensor;
}

function copy(data: FloatArray, shape: Shape, dtype: DType): Tensor {
  const tensor = empty("Tensor", shape, dtype);
  tensor.data.set(data);
  return tensor;
}

/** NumPy's limit is 64. */
const MOST_AXES = 64;

/** Whether it is a typed array of numbers. */
function isNumeric(values: unknown): values is ArrayLike<number> {
  return (
    ArrayBuffer.isView(values) &&
    !(values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array)
  );
}

/** The lengths along the first items of nested lists; `copyNested` sees whether the others have the same. */
function lengthsOf(values: unknown): number[] {
  if (!Array.isArray(values)) {
    const length: unknown =
      typeof values === "object" ? (values as ArrayLike<number> | null)?.length : undefined;
    if (Number.isSafeInteger(length) && (length as number) >= 0) return [length as number];
    throw new ArgumentError(
      "Tensor.from",
      `values must be nested lists or a flat array of numbers, got ${inWords(values)}`,
    );
  }
  const lengths: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = level[0]) {
    lengths.push(level.length);
    if (lengths.length > MOST_AXES) {
      throw new ShapeError("Tensor.from", `values must have at most ${MOST_AXES} axes, got more`);
    }
  }
  return lengths;
}

/** Copies lists of those lengths from an axis on to `out`, from `offset` on. Returns the place behind them. */
function copyNested(
  values: ArrayLike<unknown>,
  lengths: readonly number[],
  axis: number,
  out: FloatArray,
  offset: number,
): number {
  for (let i = 0; i < values.length; i++) {
    const item = values[i];
    if (axis < lengths.length - 1) {
      if (!Array.isArray(item) || item.length !== lengths[axis + 1]) throw ragged();
      offset = copyNested(item, lengths, axis + 1, out, offset);
    } else if (typeof item === "number") out[offset++] = item;
    else if (Array.isArray(item)) throw ragged();
    else throw new ArgumentError("Tensor.from", `values must be numbers, got ${inWords(item)} at ${i}`);
  }
  return offset;
}

function ragged(): ShapeError {
  return new ShapeError("Tensor.from", "the nested lists must all have the same length");
}

/** The values from `offset` on as nested lists of the axes from one on. */
function nested(data: FloatArray, shape: Shape, axis: number, offset: number): Nested {
  const length = shape[axis];
  if (axis === shape.length - 1) return Array.from(data.subarray(offset, offset + length));
  const stride = sizeOf(shape.slice(axis + 1));
  return Array.from({ length }, (_, i) => nested(data, shape, axis + 1, offset + i * stride));
}

function misfit(shape: Shape, count: number): string {
  return `shape ${formatShape(shape)} holds ${sizeOf(shape)} values, got ${count}`;
}
