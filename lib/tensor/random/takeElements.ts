import type { TypedArray } from "./TypedArray";

/** values[i] for each index i, as an array of the same kind. */
export function takeElements<T>(values: readonly T[], indices: Int32Array): T[];
export function takeElements<A extends TypedArray>(values: A, indices: Int32Array): A;
export function takeElements<T>(values: readonly T[] | TypedArray, indices: Int32Array): T[] | TypedArray;
export function takeElements<T>(values: readonly T[] | TypedArray, indices: Int32Array): T[] | TypedArray {
  if (isPlainArray(values)) return Array.from(indices, (index) => values[index]);
  const Kind = values.constructor as new (length: number) => TypedArray;
  const taken = new Kind(indices.length);
  for (let i = 0; i < indices.length; i++) taken[i] = values[indices[i]];
  return taken;
}

function isPlainArray<T>(values: readonly T[] | TypedArray): values is readonly T[] {
  return Array.isArray(values);
}
