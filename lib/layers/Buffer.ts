import type { DType } from "../kernels/Kernels";
import type { Shape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";

/**
 * A tensor that belongs to a layer's state but is not learned, as `torch.nn.Buffer`: running statistics, for one. It is
 * saved with the parameters, and no optimiser touches it.
 *
 * It begins with zeros; the layer writes to `value`.
 * @throws ShapeError if an axis is not a whole number ≥ 0.
 */
export class Buffer {
  /** What the layer computes with and writes to. */
  readonly value: Tensor;

  constructor(shape: Shape, dtype: DType) {
    this.value = Tensor.zeros(shape, dtype);
  }
}
