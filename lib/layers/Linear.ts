import { checkCounts } from "../checks";
import { ShapeError } from "../errors";
import type { DType } from "../kernels/Kernels";
import { run } from "../kernels/run";
import { matmulInto } from "../tensor/matmul";
import { NonZeros } from "../tensor/NonZeros";
import type { RandomState } from "../tensor/RandomState";
import { formatShape, type Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { checkLayerOptions, type Init, initialize } from "./init";
import { Module } from "./Module";
import { Parameter } from "./Parameter";

/** What the weights of a linear layer are drawn from and by which rule, and their dtype. */
export interface LinearOptions {
  /** The stream the weights are drawn from. */
  readonly random: RandomState;
  /** How the weights begin (default: `kaimingNormal`). */
  readonly init?: Init;
  /** How the biases begin (default: `zeros`). */
  readonly biasInit?: Init;
  /** The dtype of x, y and the parameters (default: `float32`). */
  readonly dtype?: DType;
}

/** With fewer outputs than this, looking for zeros costs more than skipping them saves, but for one row. */
const SPARSE_FROM = 16;

/**
 * Fully connected layer: y = x W + b.
 * Shapes: x [N, in], W [in, out], b [out] → y [N, out].
 *
 * Backward: yₙⱼ = Σᵢ xₙᵢ Wᵢⱼ + bⱼ, so ∂L/∂Wᵢⱼ = Σₙ xₙᵢ dyₙⱼ, ∂L/∂bⱼ = Σₙ dyₙⱼ and ∂L/∂xₙᵢ = Σⱼ dyₙⱼ Wᵢⱼ; in matrices
 * dW = xᵀ dy, db = Σₙ dy, dx = dy Wᵀ.
 *
 * Batches with many zeros are multiplied without them, to the same bits.
 * @throws ArgumentError if a length is not a whole number > 0, or there is no such initialisation.
 * @throws ShapeError if x is not [N, in] or dy not [N, out]; ArgumentError if their dtype is not that of the weights.
 * @example
 * const layer = new nn.Linear(784, 10, { random: new nn.RandomState(1) });
 * const y = layer.forward(nn.Tensor.zeros([64, 784]));
 * console.log(y.shape); // [ 64, 10 ]
 */
export class Linear extends Module {
  /** Features of x. */
  readonly inFeatures: number;
  /** Features of y. */
  readonly outFeatures: number;
  /** W [in, out]. */
  readonly weight: Parameter;
  /** b [out]. */
  readonly bias: Parameter;
  private readonly nonZeros = new NonZeros();
  #sparse = false;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions) {
    super();
    checkCounts("Linear", { inFeatures, outFeatures });
    checkLayerOptions("Linear", options, ["random", "init", "biasInit", "dtype"], [inFeatures, outFeatures]);
    const { random, init = "kaimingNormal", biasInit = "zeros", dtype = "float32" } = options;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter("weight", [inFeatures, outFeatures], dtype);
    this.bias = new Parameter("bias", [outFeatures], dtype);
    initialize("Linear", this.weight.value, init, inFeatures, outFeatures, random);
    initialize("Linear", this.bias.value, biasInit, inFeatures, outFeatures, random);
  }

  /** y = x W + b. Shapes: x [N, in] → y [N, out]. */
  override forward(x: Tensor): Tensor {
    return this.compute(x, false);
  }

  /** max(0, x W + b), the activation in the same pass as the bias; see `Rectified`. @internal */
  forwardRectified(x: Tensor): Tensor {
    return this.compute(x, true);
  }

  private compute(x: Tensor, rectify: boolean): Tensor {
    const { value } = this.weight;
    const y = this.takeOutput(x, value.dtype);
    this.weight.settle();
    this.#sparse = (this.outFeatures >= SPARSE_FROM || x.shape[0] === 1) && this.nonZeros.find(x);
    const bias = this.bias.value;
    if (this.#sparse) {
      this.nonZeros.forward(value, bias, rectify, y);
    } else {
      matmulInto(y, x, false, value, false, false);
      const args = [0, y.shape[0], y.shape[1], bias.data.byteOffset, y.data.byteOffset, rectify ? 1 : 0];
      run(x.dtype, "addBias", y.size, args);
    }
    return y;
  }

  /** dx = dy Wᵀ, and adds dW = xᵀ dy and db = Σₙ dy. Shapes: dy [N, out] → dx [N, in]. */
  override backward(dy: Tensor): Tensor {
    const { x } = this.recallPass(dy);
    const weight = this.weight.accumulate();
    this.writeGradient(x, dy, weight.into, weight.add);
    this.addBiasGradient(dy);
    const dx = this.takeInputGradient();
    matmulInto(dx, dy, false, this.weight.value, true, false);
    return dx;
  }

  /**
   * Without dx, and for a batch with many zeros without dW: an optimiser that only descends along it computes and
   * applies it in one pass, and dW is written when somebody reads it. Until then dy must not be changed.
   */
  override backwardParameters(dy: Tensor): void {
    const { x } = this.recallPass(dy);
    if (this.#sparse) {
      this.weight.defer({
        write: (into, add) => this.writeGradient(x, dy, into, add),
        descend: (value, rate, decay) => this.nonZeros.descend(dy, value, rate, decay),
      });
    } else {
      const weight = this.weight.accumulate();
      this.writeGradient(x, dy, weight.into, weight.add);
    }
    this.addBiasGradient(dy);
  }

  private writeGradient(x: Tensor, dy: Tensor, into: Tensor, add: boolean): void {
    if (this.#sparse) this.nonZeros.gradient(dy, into, add);
    else matmulInto(into, x, true, dy, false, add);
  }

  private addBiasGradient(dy: Tensor): void {
    const { into, add } = this.bias.accumulate();
    const [rows, columns] = dy.shape as [number, number];
    const db = into.data.byteOffset;
    run(dy.dtype, "columnSums", dy.size, [0, columns, rows, columns, dy.data.byteOffset, db, add ? 1 : 0]);
  }

  /** None: the shapes of its parameters show all of it. */
  override namedSettings(): Map<string, unknown> {
    return new Map();
  }

  override outputShape(shape: Shape): Shape {
    if (shape?.length !== 2 || shape[1] !== this.inFeatures) {
      throw new ShapeError("Linear.forward", `x must be [N, ${this.inFeatures}], got ${formatShape(shape)}`);
    }
    return [shape[0], this.outFeatures];
  }
}
