import { Scratch } from "../../tensor/Scratch";
import type { Tensor } from "../../tensor/Tensor";
import { BatchNorm1d } from "../BatchNorm1d";
import { BatchNorm2d } from "../BatchNorm2d";
import { Conv2d } from "../Conv2d";
import { Linear } from "../Linear";
import type { Module } from "../Module";
import { ReLU, reluGradient } from "../ReLU";
import { Fused, isExactly } from "./Fused";

/** What can compute a ReLU behind it in the pass that adds its bias. */
type Before = Linear | Conv2d | BatchNorm1d | BatchNorm2d;

const KINDS: readonly (new (...args: never[]) => Before)[] = [Linear, Conv2d, BatchNorm1d, BatchNorm2d];

/** A layer and the `ReLU` behind it, which is computed in the pass that adds the bias. */
export class Rectified extends Fused {
  private readonly layer: Before;
  private readonly dz = new Scratch();

  constructor(layer: Before, relu: ReLU) {
    super([layer, relu]);
    this.layer = layer;
  }

  /** What the layers begin with, if that is such a pair. */
  static find([layer, relu]: readonly Module[]): Rectified | undefined {
    const isBefore = (one: Module): one is Before => KINDS.some((kind) => isExactly(one, kind));
    return isExactly(relu, ReLU) && isBefore(layer) ? new Rectified(layer, relu) : undefined;
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
