import { run } from "../kernels/run";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/**
 * Hyperbolic tangent: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), value by value; any shape.
 * Backward: dy/dx = 1 − y², so dx = dy ⊙ (1 − y²).
 */
export class Tanh extends Activation {
  protected override apply(x: Tensor, y: Tensor): void {
    run(x.dtype, "tanh", x.size, [0, x.size, x.data.byteOffset, y.data.byteOffset]);
  }

  protected override differentiate(y: Tensor, dy: Tensor, dx: Tensor): void {
    const args = [0, y.size, y.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
    run(y.dtype, "tanhGradient", y.size, args);
  }
}
