import type { Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";

/** A function applied value by value, whose derivative can be written in terms of y or x. */
export abstract class Activation extends Module {
  /** Writes f(x) into y. */
  protected abstract apply(x: Tensor, y: Tensor): void;

  /** Writes f′ ⊙ dy into dx, f′ found from y = f(x) or from x. */
  protected abstract differentiate(y: Tensor, dy: Tensor, dx: Tensor, x: Tensor): void;

  /** Shapes: x of any shape (a subclass may ask for more) → y of the same. */
  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x);
    this.apply(x, y);
    return y;
  }

  /**
   * dx = f′ ⊙ dy. Shapes: dy as y → dx as x.
   * @throws ShapeError or ArgumentError if dy differs from y in shape or dtype; ArgumentError before a `forward`.
   */
  override backward(dy: Tensor): Tensor {
    const { x, y } = this.recallPass(dy);
    const dx = this.takeInputGradient();
    this.differentiate(y, dy, dx, x);
    return dx;
  }

  override outputShape(shape: Shape): Shape {
    return shape;
  }
}
