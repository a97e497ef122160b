import type { DType } from "../kernels/Kernels";
import type { Shape } from "./shape";
import { empty, Tensor } from "./Tensor";
import { TensorCache } from "./TensorCache";

/** How much more than was asked for is kept, so that slowly growing numbers of rows do not each need a new tensor. */
const SPARE = 1.25;

/** Tensors with unspecified values that never leave a layer: the one of a shape is overwritten whenever it is taken. */
export class Scratch extends TensorCache<Tensor> {
  constructor() {
    super((shape, dtype) => empty("Scratch", shape, dtype));
  }

  override take(shape: Shape, dtype: DType): Tensor {
    return this.find(shape, dtype, 0);
  }
}

/** The same for a matrix whose number of rows changes: the first rows of a tensor that grows when it has to. */
export class RowScratch {
  private whole: Tensor | undefined;

  /** A matrix of that shape; the one taken before is overwritten. */
  take(rows: number, columns: number, dtype: DType): Tensor {
    const size = rows * columns;
    if (!this.whole || this.whole.dtype !== dtype || this.whole.size < size) {
      this.whole = empty("RowScratch", [this.whole ? Math.ceil(size * SPARE) : size], dtype);
    }
    return new Tensor(this.whole.data.subarray(0, size), [rows, columns], this.whole);
  }
}
