import type { DType } from "../kernels/Kernels";
import { Tensor } from "./Tensor";

/** How much more than was asked for is kept, so that slowly growing numbers of rows do not each need a new tensor. */
const SPARE = 1.25;

/** A matrix whose number of rows changes from step to step: the first rows of a tensor that grows when it has to. */
export class RowWorkspace {
  private whole: Tensor | undefined;

  /** A matrix of that shape with unspecified values; the one taken before is overwritten. */
  take(rows: number, columns: number, dtype: DType): Tensor {
    const size = rows * columns;
    if (!this.whole || this.whole.dtype !== dtype || this.whole.size < size) {
      this.whole = Tensor.zeros([this.whole ? Math.ceil(size * SPARE) : size], dtype);
    }
    return new Tensor(this.whole.data.subarray(0, size), [rows, columns]);
  }
}
