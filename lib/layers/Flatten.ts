import { ShapeError } from "../errors";
import { formatShape, type Shape, sizeOf } from "../tensor/shape";
import { View } from "./View";

/**
 * Each sample as one row of values, as a `Linear` takes it.
 * Shapes: x [N, …] → y [N, product of the other axes], sharing x's data. Backward: dx is dy in the shape of x.
 * @throws ShapeError if x has no axis, or dy another shape than y.
 */
export class Flatten extends View {
  override outputShape(shape: Shape): Shape {
    if (!Array.isArray(shape) || shape.length === 0) {
      throw new ShapeError("Flatten.forward", `x must be [N, …], got ${formatShape(shape)}`);
    }
    return [shape[0], sizeOf(shape.slice(1))];
  }
}
