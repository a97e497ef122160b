import { ArgumentError, ShapeError } from "../errors";
import { formatShape, type Shape, sameShape } from "../tensor/shape";
import { checkDType, type Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { Module } from "./Module";

/** A function applied value by value, whose derivative can be written in terms of its result. */
export abstract class Activation extends Module {
  private readonly outputs = new Workspace();
  private readonly gradients = new Workspace();
  /** The last result. */
  protected y: Tensor | undefined;

  /** Writes f(x) into y. */
  protected abstract apply(x: Tensor, y: Tensor): void;

  /** Writes f′ ⊙ dy into dx, f′ found from y = f(x). */
  protected abstract differentiate(y: Tensor, dy: Tensor, dx: Tensor): void;

  /** Shapes: x of any shape (a subclass may ask for more) → y of the same. */
  override forward(x: Tensor): Tensor {
    const y = this.outputs.take(x.shape, x.dtype);
    this.apply(x, y);
    this.y = y;
    return y;
  }

  /**
   * dx = f′ ⊙ dy. Shapes: dy as y → dx as x.
   * @throws ShapeError or ArgumentError if dy differs from y in shape or dtype; ArgumentError before a `forward`.
   */
  override backward(dy: Tensor): Tensor {
    const y = this.y;
    const where = `${this.constructor.name}.backward`;
    if (!y) throw new ArgumentError(where, "forward must be called first");
    if (!sameShape(y.shape, dy.shape)) {
      throw new ShapeError(where, `dy must be ${formatShape(y.shape)}, got ${formatShape(dy.shape)}`);
    }
    checkDType(where, y, dy);
    const dx = this.gradients.take(y.shape, y.dtype);
    this.differentiate(y, dy, dx);
    return dx;
  }

  override outputShape(shape: Shape): Shape {
    return shape;
  }
}
