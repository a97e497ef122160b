import { empty, type Tensor } from "./Tensor";
import { TensorCache } from "./TensorCache";

/**
 * Where a layer takes the tensors that it returns: `const y = this.y.take(shape, x.dtype)`, with unspecified values.
 * They belong to the caller. In the steps of `fit` and `evaluate` those of the step before are used again.
 */
export class Workspace extends TensorCache<Tensor> {
  constructor() {
    super((shape, dtype) => empty("Workspace", shape, dtype));
  }
}
