import { ShapeError } from "../errors";
import { formatShape, type Shape } from "../tensor/shape";
import { BatchNorm, type BatchNormOptions } from "./BatchNorm";

/**
 * Batch normalisation of the channels of images, which lie last as for `Conv2d`; see `BatchNorm`.
 * Shapes: x [N, H, W, C] → y of the same.
 * @throws ArgumentError unless features is a whole number > 0, momentum in [0, 1] and epsilon finite and > 0.
 * @throws ShapeError if x is not [N, H, W, C], or while learning has one value a channel, or dy is not as y; ArgumentError
 * if their dtype is not that of the parameters.
 */
export class BatchNorm2d extends BatchNorm {
  constructor(features: number, options: BatchNormOptions = {}) {
    super("BatchNorm2d", features, options);
  }

  override outputShape(shape: Shape): Shape {
    if (shape?.length === 4 && shape[3] === this.features) return shape;
    const problem = `x must be [N, H, W, ${this.features}], got ${formatShape(shape)}`;
    throw new ShapeError("BatchNorm2d.forward", problem);
  }
}
