import { ShapeError } from "../errors";
import { formatShape, type Shape } from "../tensor/shape";
import { BatchNorm, type BatchNormOptions } from "./BatchNorm";

/**
 * Batch normalisation of rows of features, or of sequences of them, features last; see `BatchNorm`.
 * Shapes: x [N, F] or [N, T, F] → y of the same.
 * @throws ArgumentError unless features is a whole number > 0, momentum in [0, 1] and epsilon finite and > 0.
 * @throws ShapeError if x is neither, or while learning has one value a feature, or dy is not as y; ArgumentError if their
 * dtype is not that of the parameters.
 */
export class BatchNorm1d extends BatchNorm {
  constructor(features: number, options: BatchNormOptions = {}) {
    super("BatchNorm1d", features, options);
  }

  override outputShape(shape: Shape): Shape {
    const { features } = this;
    if ((shape?.length === 2 || shape?.length === 3) && shape.at(-1) === features) return shape;
    const problem = `x must be [N, ${features}] or [N, T, ${features}], got ${formatShape(shape)}`;
    throw new ShapeError("BatchNorm1d.forward", problem);
  }
}
