import { Scratch } from "../../tensor/Scratch";
import type { Tensor } from "../../tensor/Tensor";
import { Conv2d } from "../Conv2d";
import { Linear } from "../Linear";
import type { Module } from "../Module";
import { ReLU, reluGradient } from "../ReLU";
import { Fused, isExactly } from "./Fused";

/** A `Linear` or a `Conv2d` and the `ReLU` behind it, which is computed in the pass that adds the bias. */
export class Rectified extends Fused {
  private readonly layer: Linear | Conv2d;
  private readonly dz = new Scratch();

  constructor(layer: Linear | Conv2d, relu: ReLU) {
    super([layer, relu]);
    this.layer = layer;
  }

  /** What the layers begin with, if that is such a pair. */
  static find([layer, relu]: readonly Module[]): Rectified | undefined {
    const isBefore = isExactly(layer, Linear) || isExactly(layer, Conv2d);
    return isBefore && isExactly(relu, ReLU) ? new Rectified(layer, relu) : undefined;
  }

  override forward(x: Tensor): Tensor {
    return this.rememberPass(x, this.layer.forwardRectified(x), [this.layer]);
  }

  override backward(dy: Tensor): Tensor {
    return this.layer.backward(this.rectifiedGradient(dy));
  }

  override backwardParameters(dy: Tensor): void {
    this.layer.backwardParameters(this.rectifiedGradient(dy));
  }

  private rectifiedGradient(dy: Tensor): Tensor {
    const { y } = this.recallPass(dy);
    const dz = this.dz.take(y.shape, y.dtype);
    reluGradient(y, dy, dz);
    return dz;
  }
}
