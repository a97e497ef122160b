import { run } from "../kernels/run";
import type { Tensor } from "../tensor/Tensor";
import { Pool2d, type Pool2dOptions } from "./Pool2d";

/**
 * The mean of each window, as `torch.nn.AvgPool2d`: y[n, i, j, c] = Σ x[n, i·stride + a, j·stride + b, c] / size² over
 * a, b < size.
 * Shapes: x [N, H, W, C], channels last → y [N, ⌊(H − size) / stride⌋ + 1, ⌊(W − size) / stride⌋ + 1, C]; what is left
 * at the lower and the right edge is not looked at (Keras's "valid").
 *
 * Backward: every value gets dy / size² of each window that it lies in.
 * @throws ArgumentError unless size and stride are whole numbers > 0.
 * @throws ShapeError if x is not [N, H, W, C] or smaller than a window, or dy is not as y.
 */
export class AveragePool2d extends Pool2d {
  constructor(size: number, options: Pool2dOptions = {}) {
    super("AveragePool2d", size, options);
  }

  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x);
    const pointers = [this.describe(x, y), x.data.byteOffset, y.data.byteOffset];
    run(x.dtype, "averagePool", x.size, [0, x.shape[0], ...pointers]);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x, y } = this.recallPass(dy);
    const dx = this.takeInputGradient();
    const pointers = [this.describe(x, y), dy.data.byteOffset, dx.data.byteOffset];
    run(x.dtype, "averagePoolGradient", x.size, [0, x.shape[0], ...pointers]);
    return dx;
  }
}
