import { run } from "../kernels/run";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/**
 * Logistic function: y = 1 / (1 + e⁻ˣ), value by value; any shape. Below x = −87 in float32 and −708 in float64 y
 * is 0, as the numbers would be subnormal, and those are a hundred times slower to compute with.
 * Backward: dy/dx = y (1 − y), so dx = dy ⊙ y ⊙ (1 − y).
 */
export class Sigmoid extends Activation {
  protected override apply(x: Tensor, y: Tensor): void {
    run(x.dtype, "sigmoid", x.size, [0, x.size, x.data.byteOffset, y.data.byteOffset]);
  }

  protected override differentiate(y: Tensor, dy: Tensor, dx: Tensor): void {
    const args = [0, y.size, y.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
    run(y.dtype, "sigmoidGradient", y.size, args);
  }
}
