import type { DType } from "../kernels/Kernels";
import { type Shape, sameShape } from "./shape";
import type { Tensor } from "./Tensor";

/** How many shapes are kept: of training and of evaluation a full batch and the short last one. */
const KEPT = 4;

/**
 * Tensors that are the same from one step to the next, as long as no more than four shapes are asked for in turn. Where
 * there are more, the one not asked for the longest makes room.
 */
export class TensorCache<T extends Tensor> {
  private readonly tensors: T[] = [];
  private readonly make: (shape: Shape, dtype: DType) => T;

  /** `make` makes a tensor where there is none. */
  constructor(make: (shape: Shape, dtype: DType) => T) {
    this.make = make;
  }

  /** The tensor of that shape, as it was left. */
  take(shape: Shape, dtype: DType): T {
    const { tensors } = this;
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i];
      if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) continue;
      tensors.copyWithin(1, 0, i);
      tensors[0] = tensor;
      return tensor;
    }
    const tensor = this.make(shape, dtype);
    tensors.unshift(tensor);
    if (tensors.length > KEPT) tensors.pop();
    return tensor;
  }
}
