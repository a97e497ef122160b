import { newArray } from "./flatArray";

/** 0, 1, …, n − 1. @throws EnvironmentError from `where` if there is no memory for them. */
export function indicesBelow(where: string, n: number): Int32Array {
  const indices = newArray(where, Int32Array, n);
  for (let i = 0; i < n; i++) indices[i] = i;
  return indices;
}
