import type { Tensor } from "./Tensor";

/**
 * out[at + i] = the index of the largest value in row i of a matrix x [N, C], the first of equals, as NumPy has it: a
 * NaN counts as larger than any number.
 */
export function argmaxInto(out: Int32Array, at: number, x: Tensor): void {
  const { data } = x;
  const [rows, columns] = x.shape;
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    let best = start;
    for (let j = start; j < start + columns; j++) {
      if (Number.isNaN(data[j])) {
        best = j;
        break;
      }
      if (data[j] > data[best]) best = j;
    }
    out[at + i] = best - start;
  }
}
