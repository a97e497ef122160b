import { checkCounts, checkOptions } from "../checks";
import { ShapeError } from "../errors";
import { allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import { Scratch } from "../tensor/Scratch";
import { formatShape, type Shape, sizeOf } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";

/** How the windows of a `MaxPool2d` lie. */
export interface MaxPool2dOptions {
  /** From one window to the next (default: the size of the window). */
  readonly stride?: number;
}

/**
 * The largest value of each window: y[n, i, j, c] = max over a, b < size of x[n, i·stride + a, j·stride + b, c].
 * Shapes: x [N, H, W, C], channels last → y [N, ⌊(H − size) / stride⌋ + 1, ⌊(W − size) / stride⌋ + 1, C]; what is left
 * at the lower and the right edge is not looked at (Keras's "valid").
 *
 * Backward: dy goes to the value that was the largest, the first one where several are equal.
 * @throws ArgumentError unless size and stride are whole numbers > 0.
 * @throws ShapeError if x is not [N, H, W, C] or smaller than a window, or dy is not as y.
 */
export class MaxPool2d extends Module {
  /** Rows and columns of a window. */
  readonly size: number;
  /** From one window to the next. */
  readonly stride: number;
  private readonly places = new Scratch();
  private readonly geometry: Int32Array = allocateInt32(7);

  constructor(size: number, options: MaxPool2dOptions = {}) {
    super();
    checkOptions("MaxPool2d", options, ["stride"]);
    const { stride = size } = options;
    checkCounts("MaxPool2d", { size, stride });
    this.size = size;
    this.stride = stride;
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

  override outputShape(shape: Shape): Shape {
    const { size, stride } = this;
    if (shape?.length !== 4 || sizeOf(shape.slice(1)) === 0) {
      throw new ShapeError("MaxPool2d.forward", `x must be [N, H, W, C], got ${formatShape(shape)}`);
    }
    const [n, height, width, channels] = shape;
    if (height < size || width < size) {
      const problem = `x must be at least ${size} × ${size} pixels, got ${formatShape(shape)}`;
      throw new ShapeError("MaxPool2d.forward", problem);
    }
    const places = (length: number): number => Math.floor((length - size) / stride) + 1;
    return [n, places(height), places(width), channels];
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([
      ["size", this.size],
      ["stride", this.stride],
    ]);
  }

  /** The geometry as the kernels read it. */
  private describe(x: Tensor, y: Tensor): number {
    const [, height, width, channels] = x.shape;
    const [, rows, columns] = y.shape;
    this.geometry.set([height, width, channels, this.size, this.stride, rows, columns]);
    return this.geometry.byteOffset;
  }
}
