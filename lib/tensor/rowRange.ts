import { Tensor } from "./Tensor";

/** Rows [from, to) of a matrix, over the same data. */
export function rowRange({ data, shape: [, columns] }: Tensor, from: number, to: number): Tensor {
  return new Tensor(data.subarray(from * columns, to * columns), [to - from, columns]);
}
