import { ArgumentError, ShapeError } from "../errors";
import { formatShape, type Shape, sameShape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";

/** A layer that only sees its input under another shape: y shares x's data, and dx is dy in the shape of x. */
export abstract class View extends Module {
  private readonly views = new WeakMap<Tensor, Tensor>();
  private x: Tensor | undefined;

  override forward(x: Tensor): Tensor {
    const y = this.view(x, this.outputShape(x.shape));
    this.x = x;
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const where = `${this.constructor.name}.backward`;
    if (!this.x) throw new ArgumentError(where, "forward must be called first");
    const wanted = this.outputShape(this.x.shape);
    if (!sameShape(dy.shape, wanted)) {
      throw new ShapeError(where, `dy must be ${formatShape(wanted)}, got ${formatShape(dy.shape)}`);
    }
    return this.view(dy, this.x.shape);
  }

  /** The tensors of a training come again from step to step, and so do the views of them. */
  private view(tensor: Tensor, shape: Shape): Tensor {
    let view = this.views.get(tensor);
    if (!view || !sameShape(view.shape, shape)) {
      view = tensor.reshape(shape);
      this.views.set(tensor, view);
    }
    return view;
  }
}
