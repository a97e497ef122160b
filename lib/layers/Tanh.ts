import { kernels } from "../kernels/load";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/**
 * Hyperbolic tangent: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), value by value; any shape.
 * Backward: dy/dx = 1 − y², so dx = dy ⊙ (1 − y²).
 */
export class Tanh extends Activation {
  protected override apply(x: Tensor, y: Tensor): void {
    kernels(x.dtype).tanh(0, x.size, x.data.byteOffset, y.data.byteOffset);
  }

  protected override differentiate(y: Tensor, dy: Tensor, dx: Tensor): void {
    kernels(y.dtype).tanhGradient(0, y.size, y.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset);
  }
}
