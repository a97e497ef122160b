import { inWords } from "../../checks";
import { FileError } from "../../errors";
import { formatShape, sizeOf } from "../../tensor/shape";
import type { NumberArray } from "./NdArray";

/** How the elements of an array lie in bytes. */
export interface ArrayLayout {
  /** NumPy's name of an element with the order of its bytes: "<f8", ">i4", "|u1". */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Whether the first dimension is the fastest, not the last. */
  readonly fortran: boolean;
}

/** As many as NumPy's arrays have at most. */
const MOST_AXES = 64;

interface ElementType {
  readonly bytes: number;
  readonly allocate: (length: number) => NumberArray;
  readonly read: (view: DataView, offset: number, littleEndian: boolean) => number;
}

const TYPES: Readonly<Record<string, ElementType>> = {
  f4: { bytes: 4, allocate: (n) => new Float32Array(n), read: (v, at, le) => v.getFloat32(at, le) },
  f8: { bytes: 8, allocate: (n) => new Float64Array(n), read: (v, at, le) => v.getFloat64(at, le) },
  i1: { bytes: 1, allocate: (n) => new Int8Array(n), read: (v, at) => v.getInt8(at) },
  i2: { bytes: 2, allocate: (n) => new Int16Array(n), read: (v, at, le) => v.getInt16(at, le) },
  i4: { bytes: 4, allocate: (n) => new Int32Array(n), read: (v, at, le) => v.getInt32(at, le) },
  i8: { bytes: 8, allocate: (n) => new Float64Array(n), read: (v, at, le) => Number(v.getBigInt64(at, le)) },
  u1: { bytes: 1, allocate: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  u2: { bytes: 2, allocate: (n) => new Uint16Array(n), read: (v, at, le) => v.getUint16(at, le) },
  u4: { bytes: 4, allocate: (n) => new Uint32Array(n), read: (v, at, le) => v.getUint32(at, le) },
  u8: { bytes: 8, allocate: (n) => new Float64Array(n), read: (v, at, le) => Number(v.getBigUint64(at, le)) },
  b1: { bytes: 1, allocate: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
};

/**
 * The numbers of an array in C order.
 * Source: NumPy reference, "The array interface protocol", typestr.
 * @param name what an error calls the file.
 * @throws FileError if the elements are not numbers of a known type, there are more or fewer bytes than the shape
 * asks for, or a whole number of 64 bits is beyond 2^53.
 */
export function decodeArray(bytes: Uint8Array, layout: ArrayLayout, name: string): NumberArray {
  const { descr, shape, fortran } = layout;
  const type = checkBytes(bytes.length, layout, name);
  const count = sizeOf(shape);
  const values = type.allocate(count);
  const wide = /[iu]8$/.test(descr);
  const littleEndian = descr[0] !== ">";
  if (littleEndian && !wide) {
    new Uint8Array(values.buffer).set(bytes);
  } else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) values[i] = type.read(view, i * type.bytes, littleEndian);
  }
  if (wide) expectExact(values, name);
  return fortran ? toCOrder(values, shape, type.allocate(count)) : values;
}

/** @throws FileError unless an array of that layout takes so many bytes. */
export function checkBytes(length: number, { descr, shape }: ArrayLayout, name: string): ElementType {
  const element = descr.slice(1);
  if (!Object.hasOwn(TYPES, element) || !"<>|=".includes(descr[0])) {
    const known = Object.keys(TYPES).join(", ");
    throw new FileError(name, `expected numbers (${known}), got dtype ${descr.slice(0, 40)}`);
  }
  const type = TYPES[element];
  checkSides(shape, name);
  const expected = sizeOf(shape) * type.bytes;
  if (length === expected) return type;
  const problem = `expected ${expected} bytes for ${formatShape(shape)} of ${descr}, got ${length}`;
  throw new FileError(name, problem);
}

/** @throws FileError unless a shape is one that NumPy's arrays have. */
export function checkSides(shape: readonly unknown[], name: string): asserts shape is readonly number[] {
  if (shape.length > MOST_AXES) {
    throw new FileError(name, `expected at most ${MOST_AXES} axes, got ${shape.length}`);
  }
  for (const side of shape) {
    if (Number.isSafeInteger(side) && (side as number) >= 0) continue;
    throw new FileError(name, `expected a shape of whole numbers, got one with ${inWords(side)}`);
  }
}

function expectExact(values: NumberArray, name: string): void {
  const bad = values.findIndex((value) => !Number.isSafeInteger(value));
  if (bad >= 0) throw new FileError(name, `expected whole numbers up to 2^53, got ${values[bad]} at ${bad}`);
}

function toCOrder(values: NumberArray, shape: readonly number[], out: NumberArray): NumberArray {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return out;
}
