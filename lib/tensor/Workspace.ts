import type { DType } from "../kernels/Kernels";
import { type Shape, sameShape } from "./shape";
import { Tensor } from "./Tensor";

/** How many shapes are kept: of training and of evaluation a full batch and the short last one. */
const KEPT = 4;

/**
 * A tensor that is the same from one step to the next, as long as no more than four shapes are asked for in turn.
 * Where there are more, the one not asked for the longest makes room.
 */
export class Workspace {
  private readonly tensors: Tensor[] = [];

  /** A tensor of that shape with unspecified values. What was taken before under this shape is overwritten. */
  take(shape: Shape, dtype: DType): Tensor {
    const { tensors } = this;
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i];
      if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) continue;
      tensors.copyWithin(1, 0, i);
      tensors[0] = tensor;
      return tensor;
    }
    const tensor = Tensor.zeros(shape, dtype);
    tensors.unshift(tensor);
    if (tensors.length > KEPT) tensors.pop();
    return tensor;
  }
}
