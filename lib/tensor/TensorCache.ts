import type { DType } from "../kernels/Kernels";
import { currentStep } from "./reuse";
import { type Shape, sameShape } from "./shape";
import type { Tensor } from "./Tensor";

/** How many tensors are kept: of training and of evaluation a full batch and the short last one. */
const KEPT = 4;

/** A tensor, and the step that it was last given in. */
interface Kept<T> {
  readonly tensor: T;
  step: number;
}

/**
 * Tensors for results, which belong to who asked for them: each is new. Only in the steps of a loop that nobody sees
 * into (`reuse`) are they the same from one step to the next, as long as no more than four are asked for in turn; where
 * there are more, the one not asked for the longest makes room. In one step none is given twice.
 */
export class TensorCache<T extends Tensor> {
  private readonly kept: Kept<T>[] = [];
  private readonly make: (shape: Shape, dtype: DType) => T;

  /** `make` makes a tensor where there is none. */
  constructor(make: (shape: Shape, dtype: DType) => T) {
    this.make = make;
  }

  /** A tensor of that shape: a new one, or in a step one of a step before, as it was left. */
  take(shape: Shape, dtype: DType): T {
    const step = currentStep();
    return step === 0 ? this.make(shape, dtype) : this.find(shape, dtype, step);
  }

  /** A tensor of that shape that was not yet given in that step; of step 0 any. */
  protected find(shape: Shape, dtype: DType, step: number): T {
    const { kept } = this;
    for (let i = 0; i < kept.length; i++) {
      const entry = kept[i];
      const { tensor } = entry;
      if (step !== 0 && entry.step === step) continue;
      if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) continue;
      entry.step = step;
      kept.copyWithin(1, 0, i);
      kept[0] = entry;
      return tensor;
    }
    const tensor = this.make(shape, dtype);
    kept.unshift({ tensor, step });
    if (kept.length > KEPT) kept.pop();
    return tensor;
  }
}
