import { Tensor } from "./Tensor";
import { TensorCache } from "./TensorCache";

/** Tensors with unspecified values for the results of a step. Those of the step before of the same shape are overwritten. */
export class Workspace extends TensorCache<Tensor> {
  constructor() {
    super((shape, dtype) => Tensor.zeros(shape, dtype));
  }
}
