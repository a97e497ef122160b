/** 0, 1, …, n − 1. */
export function indicesBelow(n: number): Int32Array {
  const indices = new Int32Array(n);
  for (let i = 0; i < n; i++) indices[i] = i;
  return indices;
}
