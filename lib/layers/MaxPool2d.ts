import { run } from "../kernels/run";
import { Scratch } from "../tensor/Scratch";
import type { Tensor } from "../tensor/Tensor";
import { Pool2d, type Pool2dOptions } from "./Pool2d";

/**
 * The largest value of each window: y[n, i, j, c] = max over a, b < size of x[n, i·stride + a, j·stride + b, c].
 * Shapes: x [N, H, W, C], channels last → y [N, ⌊(H − size) / stride⌋ + 1, ⌊(W − size) / stride⌋ + 1, C]; what is left
 * at the lower and the right edge is not looked at (Keras's "valid").
 *
 * Backward: dy goes to the value that was the largest, the first one where several are equal.
 * @throws ArgumentError unless size and stride are whole numbers > 0.
 * @throws ShapeError if x is not [N, H, W, C] or smaller than a window, or dy is not as y.
 */
export class MaxPool2d extends Pool2d {
  private readonly places = new Scratch();

  constructor(size: number, options: Pool2dOptions = {}) {
    super("MaxPool2d", size, options);
  }

  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x);
    const places = this.places.take(y.shape, y.dtype);
    const pointers = [this.describe(x, y), x.data.byteOffset, y.data.byteOffset, places.data.byteOffset];
    run(x.dtype, "maxPool", x.size, [0, x.shape[0], ...pointers]);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x, y } = this.recallPass(dy);
    const places = this.places.take(y.shape, y.dtype);
    const dx = this.takeInputGradient();
    const pointers = [this.describe(x, y), places.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
    run(x.dtype, "maxPoolGradient", x.size, [0, x.shape[0], ...pointers]);
    return dx;
  }
}
