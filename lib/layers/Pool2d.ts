import { checkCounts, checkOptions } from "../checks";
import { ShapeError } from "../errors";
import { allocateInt32 } from "../kernels/memory";
import { formatShape, type Shape, sizeOf } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";

/** How the windows of a pooling lie. */
export interface Pool2dOptions {
  /** From one window to the next (default: the size of the window). */
  readonly stride?: number;
}

/**
 * One value for each window of each channel: windows of `size` × `size` pixels, `stride` apart.
 * Shapes: x [N, H, W, C], channels last → y [N, ⌊(H − size) / stride⌋ + 1, ⌊(W − size) / stride⌋ + 1, C]; what is left
 * at the lower and the right edge is not looked at (Keras's "valid").
 */
export abstract class Pool2d extends Module {
  /** Rows and columns of a window. */
  readonly size: number;
  /** From one window to the next. */
  readonly stride: number;
  private readonly geometry: Int32Array = allocateInt32(8);

  constructor(where: string, size: number, options: Pool2dOptions) {
    super();
    checkOptions(where, options, ["stride"]);
    const { stride = size } = options;
    checkCounts(where, { size, stride });
    this.size = size;
    this.stride = stride;
  }

  override outputShape(shape: Shape): Shape {
    const { size, stride } = this;
    const where = `${this.layerName}.forward`;
    if (shape?.length !== 4 || sizeOf(shape.slice(1)) === 0) {
      throw new ShapeError(where, `x must be [N, H, W, C], got ${formatShape(shape)}`);
    }
    const [n, height, width, channels] = shape;
    if (height < size || width < size) {
      throw new ShapeError(where, `x must be at least ${size} × ${size} pixels, got ${formatShape(shape)}`);
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

  /** Where the kernels find the geometry of x and y. */
  protected describe(x: Tensor, y: Tensor): number {
    const { size, stride, geometry } = this;
    const [, height, width, channels] = x.shape;
    const [, rows, columns] = y.shape;
    geometry.set([height, width, channels, size, stride, rows, columns, size]);
    return geometry.byteOffset;
  }
}
