import { ShapeError } from "../errors";
import { allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import { formatShape, type Shape, sizeOf } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";

/**
 * The mean of each channel over the image (Lin, Chen and Yan 2014), as Keras's `GlobalAveragePooling2D`:
 * y[n, c] = Σ x[n, i, j, c] / (H W) over i, j.
 * Shapes: x [N, H, W, C], channels last → y [N, C].
 *
 * Backward: every pixel gets dy / (H W) of its channel.
 * @throws ShapeError if x is not [N, H, W, C], or dy is not as y.
 */
export class GlobalAveragePool2d extends Module {
  private readonly geometry: Int32Array = allocateInt32(8);

  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x);
    const pointers = [this.describe(x), x.data.byteOffset, y.data.byteOffset];
    run(x.dtype, "averagePool", x.size, [0, x.shape[0], ...pointers]);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x } = this.recallPass(dy);
    const dx = this.takeInputGradient();
    const pointers = [this.describe(x), dy.data.byteOffset, dx.data.byteOffset];
    run(x.dtype, "averagePoolGradient", x.size, [0, x.shape[0], ...pointers]);
    return dx;
  }

  override outputShape(shape: Shape): Shape {
    if (shape?.length !== 4 || sizeOf(shape.slice(1)) === 0) {
      const problem = `x must be [N, H, W, C], got ${formatShape(shape)}`;
      throw new ShapeError("GlobalAveragePool2d.forward", problem);
    }
    return [shape[0], shape[3]];
  }

  /** Where the kernels find the geometry: one window, which is the whole image. */
  private describe(x: Tensor): number {
    const [, height, width, channels] = x.shape;
    this.geometry.set([height, width, channels, height, 1, 1, 1, width]);
    return this.geometry.byteOffset;
  }
}
