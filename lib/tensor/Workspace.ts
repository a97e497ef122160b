import type { DType } from "../kernels/Kernels";
import { type Shape, sameShape } from "./shape";
import { Tensor } from "./Tensor";

/** How many shapes are kept: a full batch, the short last one of an epoch, and a batch of an evaluation. */
const KEPT = 3;

/** A tensor that is the same from one step to the next, as long as the same shapes are asked for in turn. */
export class Workspace {
  private readonly tensors: Tensor[] = [];

  /** A tensor of that shape with unspecified values. What was taken before under this shape is overwritten. */
  take(shape: Shape, dtype: DType): Tensor {
    for (let i = 0; i < this.tensors.length; i++) {
      const tensor = this.tensors[i];
      if (tensor.dtype === dtype && sameShape(tensor.shape, shape)) return tensor;
    }
    const tensor = Tensor.zeros(shape, dtype);
    this.tensors.unshift(tensor);
    if (this.tensors.length > KEPT) this.tensors.pop();
    return tensor;
  }
}
