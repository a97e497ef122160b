import { Tensor } from "./Tensor";

/** Rows [from, to) of a matrix, over the same data. */
export function rowRange(x: Tensor, from: number, to: number): Tensor {
  const { data } = x;
  const columns = x.shape[1];
  return new Tensor(data.subarray(from * columns, to * columns), [to - from, columns], x);
}
