import type { DType } from "../kernels/Kernels";
import type { Shape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";

/** A tensor that is learned, with the gradient of the loss with respect to it. */
export class Parameter {
  /** A weight or a bias: optimisers may decay one and not the other. */
  readonly kind: "weight" | "bias";
  readonly value: Tensor;
  private readonly gradient: Tensor;
  private cleared = true;
  private written = false;

  constructor(kind: "weight" | "bias", shape: Shape, dtype: DType) {
    this.kind = kind;
    this.value = Tensor.zeros(shape, dtype);
    this.gradient = Tensor.zeros(shape, dtype);
  }

  /** ∂loss/∂value, summed over all `backward` calls since it was last cleared. */
  get grad(): Tensor {
    if (this.cleared && this.written) {
      this.gradient.data.fill(0);
      this.written = false;
    }
    return this.gradient;
  }

  /** Clears the gradient. The zeros are written only if somebody looks before the next `backward`. */
  zeroGrad(): void {
    this.cleared = true;
  }

  /**
   * For `backward`: the gradient to write to, and whether to add to what stands there (else overwrite it all).
   */
  accumulate(): { readonly into: Tensor; readonly add: boolean } {
    const add = !this.cleared;
    this.cleared = false;
    this.written = true;
    return { into: this.gradient, add };
  }

  /** Whether `backward` has added anything since the gradient was cleared. */
  get hasGrad(): boolean {
    return !this.cleared;
  }
}
