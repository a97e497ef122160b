import { checkOptions, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { run } from "../kernels/run";
import { formatShape, type Shape, sameShape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { Module } from "./Module";

/** What takes x past the layer. */
export interface ResidualOptions {
  /** P, for an f that changes the shape: a convolution of 1 × 1, say (default: x itself). */
  readonly projection?: Module;
}

/**
 * A way around a layer (He et al. 2016): y = x + f(x), or P(x) + f(x) with a projection P.
 * Shapes: x as f takes it → y as f returns it, which is the shape of x, or of P(x).
 *
 * Backward: dy goes both ways, dx = dy + f′ dy, or P′ dy + f′ dy.
 * @throws ArgumentError unless inner is a layer, and projection is another one or left out.
 * @throws ShapeError if f(x) is not as x, or as P(x), or from either layer if x does not fit it.
 * @example
 * const random = new nn.RandomState(1);
 * const inner = new nn.Sequential([new nn.Conv2d(8, 8, 3, { random, padding: "same" }), new nn.ReLU()]);
 * console.log(new nn.Residual(inner).outputShape([1, 28, 28, 8])); // [ 1, 28, 28, 8 ]
 */
export class Residual extends Module {
  /** f. */
  readonly inner: Module;
  /** P, where there is one. */
  readonly projection: Module | undefined;
  private readonly sums = new Workspace();

  constructor(inner: Module, options: ResidualOptions = {}) {
    super();
    checkOptions("Residual", options, ["projection"]);
    const { projection } = options;
    checkLayer("inner", inner);
    if (projection !== undefined) checkLayer("projection", projection);
    if (inner === projection)
      throw new ArgumentError("Residual", "projection must be another layer than inner");
    this.inner = inner;
    this.projection = projection;
  }

  override forward(x: Tensor): Tensor {
    const shape = this.checkInput(x);
    const branch = this.inner.forward(x);
    const y = this.sums.take(shape, branch.dtype);
    return this.rememberPass(x, add(branch, this.projection?.forward(x) ?? x, y), this.branches);
  }

  override backward(dy: Tensor): Tensor {
    this.recallPass(dy);
    const branch = this.inner.backward(dy);
    return add(branch, this.projection?.backward(dy) ?? dy, this.takeInputGradient());
  }

  override backwardParameters(dy: Tensor): void {
    this.recallPass(dy);
    for (const branch of this.branches) branch.backwardParameters(dy);
  }

  private get branches(): readonly Module[] {
    return this.projection ? [this.inner, this.projection] : [this.inner];
  }

  override outputShape(shape: Shape): Shape {
    const result = this.inner.outputShape(shape);
    const other = this.projection?.outputShape(shape) ?? shape;
    if (sameShape(result, other)) return result;
    const past = this.projection ? "what the projection returns" : "x";
    const problem = `what inner returns must be ${formatShape(other)}, as ${past} is, got ${formatShape(result)}`;
    throw new ShapeError("Residual.forward", problem);
  }
}

/** y = a + b. */
function add(a: Tensor, b: Tensor, y: Tensor): Tensor {
  run(y.dtype, "add", y.size, [0, y.size, a.data.byteOffset, b.data.byteOffset, y.data.byteOffset]);
  return y;
}

/** @throws ArgumentError unless it is a layer. */
function checkLayer(name: string, layer: unknown): void {
  if (layer instanceof Module) return;
  throw new ArgumentError("Residual", `${name} must be a layer or a network, got ${inWords(layer)}`);
}
