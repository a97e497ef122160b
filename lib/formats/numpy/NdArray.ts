/** An array as NumPy stored it, put into C order (last dimension fastest). */
export interface NdArray {
  readonly shape: readonly number[];
  /** NumPy's short name of an element, without the order of its bytes: "f8", "i8", "u1", "O". */
  readonly dtype: string;
  /** product(shape) elements: numbers, or whatever the objects of an object array ("O") were pickled as. */
  readonly data: NumberArray | readonly unknown[];
}

/** An array of numbers. */
export interface NumericArray extends NdArray {
  readonly data: NumberArray;
}

/** Whole numbers of 64 bits come as float64, which holds them exactly up to 2^53. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/** Whether a value of a pickle is an array. */
export function isNdArray(value: unknown): value is NdArray {
  return (
    typeof value === "object" && value !== null && "shape" in value && "dtype" in value && "data" in value
  );
}

/** Whether a value of a pickle is an array of numbers. */
export function isNumeric(value: unknown): value is NumericArray {
  return isNdArray(value) && ArrayBuffer.isView(value.data);
}
