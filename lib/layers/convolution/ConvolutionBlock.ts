import { ArgumentError, ShapeError } from "../../errors";
import { Scratch } from "../../tensor/Scratch";
import { formatShape, type Shape, sameShape } from "../../tensor/shape";
import { checkDType, type Tensor } from "../../tensor/Tensor";
import { Workspace } from "../../tensor/Workspace";
import type { Conv2d } from "../Conv2d";
import type { MaxPool2d } from "../MaxPool2d";
import { Module } from "../Module";
import type { Parameter } from "../Parameter";

/**
 * A `Conv2d`, with `isRectified` a `ReLU`, and a `MaxPool2d` whose windows of more than one pixel touch, in one pass:
 * `Sequential` runs them so. What comes out is the same, to the bit, but the large tensors between them, y and their
 * gradients, are never written; only the largest values, and their places in the windows, are.
 */
export class ConvolutionBlock extends Module {
  private readonly y = new Workspace();
  private readonly dx = new Workspace();
  private readonly places = new Scratch();
  private last: { readonly x: Tensor; readonly y: Tensor; readonly places: Tensor } | undefined;

  constructor(
    private readonly convolution: Conv2d,
    private readonly isRectified: boolean,
    private readonly pool: MaxPool2d,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const { convolution, isRectified, pool } = this;
    const shape = pool.outputShape(convolution.checkInput(x));
    const y = this.y.take(shape, x.dtype);
    const places = this.places.take(shape, x.dtype);
    this.last = { x, y, places };
    const { weight, bias } = convolution;
    convolution.products(x.shape, pool.size).apply(x, weight.value, bias.value, y, isRectified, places);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x, pooled } = this.differentiate(dy);
    const dx = this.dx.take(x.shape, x.dtype);
    const { convolution, pool } = this;
    convolution.products(x.shape, pool.size).inputGradient(dy, convolution.weight.value, dx, pooled);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    this.differentiate(dy);
  }

  /** Adds the gradients of the parameters. */
  private differentiate(dy: Tensor): { x: Tensor; pooled: { places: Tensor; open: Tensor | undefined } } {
    const where = "MaxPool2d.backward";
    if (!this.last) throw new ArgumentError(where, "forward must be called first");
    const { x, y, places } = this.last;
    if (!sameShape(dy.shape, y.shape)) {
      throw new ShapeError(where, `dy must be ${formatShape(y.shape)}, got ${formatShape(dy.shape)}`);
    }
    checkDType(where, y, dy);
    const pooled = { places, open: this.isRectified ? y : undefined };
    const { weight, bias } = this.convolution;
    this.convolution.products(x.shape, this.pool.size).weightGradient(x, dy, weight, bias, pooled);
    return { x, pooled };
  }

  override outputShape(shape: Shape): Shape {
    return this.pool.outputShape(this.convolution.outputShape(shape));
  }

  override namedParameters(): Map<string, Parameter> {
    return this.convolution.namedParameters();
  }
}
