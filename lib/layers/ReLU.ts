import { run } from "../kernels/run";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/**
 * Rectified linear unit: y = max(0, x), value by value; any shape.
 * Backward: dx = dy where y > 0, else 0 (at x = 0 the derivative is taken to be 0).
 */
export class ReLU extends Activation {
  protected override apply(x: Tensor, y: Tensor): void {
    run(x.dtype, "relu", x.size, [0, x.size, x.data.byteOffset, y.data.byteOffset]);
  }

  protected override differentiate(y: Tensor, dy: Tensor, dx: Tensor): void {
    reluGradient(y, dy, dx);
  }
}

/** dx = dy where y = max(0, x) is above 0, else 0. */
export function reluGradient(y: Tensor, dy: Tensor, dx: Tensor): void {
  const args = [0, y.size, y.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
  run(y.dtype, "reluGradient", y.size, args);
}
