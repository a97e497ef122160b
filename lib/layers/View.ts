import { type Shape, sameShape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";

/** A layer that only sees its input under another shape: y shares x's data, and dx is dy in the shape of x. */
export abstract class View extends Module {
  private readonly views = new WeakMap<Tensor, Tensor>();

  override forward(x: Tensor): Tensor {
    return this.rememberPass(x, this.view(x, this.checkInput(x)));
  }

  override backward(dy: Tensor): Tensor {
    const { x } = this.recallPass(dy);
    return this.takeInputGradient(this.view(dy, x.shape));
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
