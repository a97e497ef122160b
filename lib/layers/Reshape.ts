import { inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { checkShape, formatShape, type Shape, sizeOf } from "../tensor/shape";
import { View } from "./View";

/**
 * The same values under another shape, as Keras's `Reshape`: `new Reshape([28, 28, 1])` makes images of the rows that
 * a `DataLoader` deals out.
 * Shapes: x [N, …] → y [N, …sample], sharing x's data. Backward: dx is dy in the shape of x.
 *
 * `sample` is the shape of one sample of y.
 * @throws ShapeError if a sample of x has another number of values, or dy another shape than y.
 */
export class Reshape extends View {
  private readonly sample: Shape;

  constructor(sample: Shape) {
    super();
    if (!Array.isArray(sample)) {
      const problem = `sample must be a shape such as [28, 28, 1], got ${inWords(sample)}`;
      throw new ArgumentError("Reshape", problem);
    }
    checkShape("Reshape", sample);
    this.sample = [...sample];
  }

  override outputShape(shape: Shape): Shape {
    if (!Array.isArray(shape) || shape.length === 0 || sizeOf(shape.slice(1)) !== sizeOf(this.sample)) {
      const expected = `[N, …] with ${sizeOf(this.sample)} values a sample, for ${formatShape(this.sample)}`;
      throw new ShapeError("Reshape.forward", `x must be ${expected}, got ${formatShape(shape)}`);
    }
    return [shape[0], ...this.sample];
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([["sample", this.sample]]);
  }
}
