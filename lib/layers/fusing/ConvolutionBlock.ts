import { Scratch } from "../../tensor/Scratch";
import type { Tensor } from "../../tensor/Tensor";
import { Conv2d } from "../Conv2d";
import type { Pooled } from "../convolution/Convolution";
import { MaxPool2d } from "../MaxPool2d";
import type { Module } from "../Module";
import { ReLU } from "../ReLU";
import { Fused, isExactly } from "./Fused";

/**
 * A `Conv2d`, perhaps a `ReLU`, and a `MaxPool2d` whose windows of more than one pixel touch, in one pass. What comes out
 * is the same, to the bit, but the large tensors between them, y and their gradients, are never written; only the
 * largest values, and their places in the windows, are.
 */
export class ConvolutionBlock extends Fused {
  private readonly convolution: Conv2d;
  private readonly isRectified: boolean;
  private readonly pool: MaxPool2d;
  private readonly places = new Scratch();

  constructor(convolution: Conv2d, relu: ReLU | undefined, pool: MaxPool2d) {
    super([convolution, relu, pool]);
    this.convolution = convolution;
    this.isRectified = relu !== undefined;
    this.pool = pool;
  }

  /** What the layers begin with, if they can be computed so. */
  static find([convolution, next, third]: readonly Module[]): ConvolutionBlock | undefined {
    const relu = isExactly(next, ReLU) ? next : undefined;
    const pool = relu ? third : next;
    if (!(isExactly(convolution, Conv2d) && isExactly(pool, MaxPool2d))) return undefined;
    if (pool.size === 1 || pool.stride !== pool.size) return undefined;
    return new ConvolutionBlock(convolution, relu, pool);
  }

  override forward(x: Tensor): Tensor {
    const { convolution, isRectified, pool } = this;
    const { weight, bias } = convolution;
    const y = this.takeOutput(x, weight.value.dtype);
    const places = this.places.take(y.shape, y.dtype);
    convolution.products(x.shape, pool.size).apply(x, weight.value, bias.value, y, isRectified, places);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x, pooled } = this.differentiate(dy);
    const dx = this.takeInputGradient();
    const { convolution, pool } = this;
    convolution.products(x.shape, pool.size).inputGradient(dy, convolution.weight.value, dx, pooled);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    this.differentiate(dy);
  }

  /** Adds the gradients of the parameters. */
  private differentiate(dy: Tensor): { x: Tensor; pooled: Pooled } {
    const { x, y } = this.recallPass(dy);
    const pooled = {
      places: this.places.take(y.shape, y.dtype),
      open: this.isRectified ? y : undefined,
    };
    const { weight, bias } = this.convolution;
    this.convolution.products(x.shape, this.pool.size).weightGradient(x, dy, weight, bias, pooled);
    return { x, pooled };
  }
}
