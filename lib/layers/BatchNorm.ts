import { checkCounts, checkPositives, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { allocate } from "../kernels/memory";
import { run } from "../kernels/run";
import { formatShape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";
import { Buffer } from "./Buffer";
import { checkLayerOptions } from "./init";
import { Module } from "./Module";
import { Parameter } from "./Parameter";

/** How the running statistics follow, and what keeps the division safe. */
export interface BatchNormOptions {
  /** m, the weight of the newest batch, as in PyTorch; Keras's is 1 − m, 0.99 (default: 0.1). */
  readonly momentum?: number;
  /** ε (default: 1e-5, as in PyTorch; Keras has 1e-3). */
  readonly epsilon?: number;
  /** The dtype of x, y and the parameters (default: `float32`). */
  readonly dtype?: DType;
}

/** Into so many parts the sum over the rows is cut at most, on any number of threads, so that its bits do not depend on it. */
const PARTS = 8;
/** A part has at least so many rows. */
const PART_ROWS = 64;

/**
 * Batch normalisation (Ioffe and Szegedy 2015), as `torch.nn.BatchNorm`: every feature, which is the last axis, gets mean
 * b and deviation w: y = (x − μ) / √(σ² + ε) · w + b.
 *
 * While learning μ and σ² are those of the batch, over all axes but the last, σ² divided by their number M, and the
 * running ones follow: running ← (1 − m) running + m batch, where the batch's variance is divided by M − 1. In
 * evaluation μ and σ² are the running ones, and nothing changes. A part of the sums is taken in float64, always in the
 * same order, so that the bits do not depend on the number of threads.
 *
 * Backward, with x̂ = (x − μ) / √(σ² + ε): db = Σ dy, dw = Σ dy x̂ and, as μ and σ² depend on x too,
 * dx = w / √(σ² + ε) · (dy − db / M − x̂ dw / M); in evaluation dx = w / √(σ² + ε) · dy.
 */
export abstract class BatchNorm extends Module {
  /** How many features x has: the length of its last axis. */
  readonly features: number;
  /** m. */
  readonly momentum: number;
  /** ε. */
  readonly epsilon: number;
  /** w [F], the deviation of y; it begins with ones. */
  readonly weight: Parameter;
  /** b [F], the mean of y; it begins with zeros. */
  readonly bias: Parameter;
  /** The running μ [F]; it begins with zeros. */
  readonly runningMean: Buffer;
  /** The running σ² [F]; it begins with ones. */
  readonly runningVar: Buffer;
  /** Of the last `forward`: μ, 1 / √(σ² + ε), and whether they are the batch's. */
  private readonly mean: Tensor;
  private readonly inverse: Float64Array;
  private isOfBatch = false;
  /** Of the last `backward`: Σ dy and Σ dy x̂. */
  private readonly db: Float64Array;
  private readonly dw: Float64Array;
  /** What `backward` multiplies dy and x − μ by, and adds. */
  private readonly scale: Tensor;
  private readonly slope: Tensor;
  private readonly offset: Tensor;
  /** The sums of the parts: two rows each of float64, and of the dtype as working space. */
  private readonly sums: FloatArray;
  private readonly block: FloatArray;

  constructor(where: string, features: number, options: BatchNormOptions) {
    super();
    checkLayerOptions(where, options, ["momentum", "epsilon", "dtype"], [features], false);
    const { momentum = 0.1, epsilon = 1e-5, dtype = "float32" } = options;
    checkCounts(where, { features });
    if (!(typeof momentum === "number" && momentum >= 0 && momentum <= 1)) {
      throw new ArgumentError(where, `momentum must be in [0, 1], got ${inWords(momentum)}`);
    }
    checkPositives(where, { epsilon });
    this.features = features;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.weight = new Parameter("weight", [features], dtype);
    this.weight.value.data.fill(1);
    this.bias = new Parameter("bias", [features], dtype);
    this.runningMean = new Buffer([features], dtype);
    this.runningVar = new Buffer([features], dtype);
    this.runningVar.value.data.fill(1);
    this.mean = Tensor.zeros([features], dtype);
    this.inverse = new Float64Array(features);
    this.db = new Float64Array(features);
    this.dw = new Float64Array(features);
    this.scale = Tensor.zeros([features], dtype);
    this.slope = Tensor.zeros([features], dtype);
    this.offset = Tensor.zeros([features], dtype);
    this.sums = allocate("float64", 2 * PARTS * features);
    this.block = allocate(dtype, 2 * PARTS * features);
  }

  override forward(x: Tensor): Tensor {
    return this.compute(x, false);
  }

  /** max(0, y), the activation in the same pass; see `Rectified`. @internal */
  forwardRectified(x: Tensor): Tensor {
    return this.compute(x, true);
  }

  private compute(x: Tensor, rectify: boolean): Tensor {
    const { weight, bias, features, mean, scale, inverse } = this;
    this.checkInput(x, weight.value.dtype);
    const rows = x.size / features;
    if (this.training && rows < 2) {
      const problem = `x must have more than one value a feature while learning, got ${formatShape(x.shape)}`;
      throw new ShapeError(`${this.layerName}.forward`, problem);
    }
    const y = this.takeOutput(x, weight.value.dtype);
    this.isOfBatch = this.training;
    if (this.isOfBatch) this.measure(x, rows);
    else this.recall();
    for (let j = 0; j < features; j++) scale.data[j] = weight.value.data[j] * inverse[j];
    const operands = [x, mean, scale, bias.value, y].map(({ data }) => data.byteOffset);
    run(x.dtype, "normalize", x.size, [0, rows, features, ...operands, rectify ? 1 : 0]);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x } = this.recallPass(dy);
    this.addGradients(x, dy);
    const { features, mean, inverse, weight, db, dw, scale, slope, offset } = this;
    const rows = x.size / features;
    for (let j = 0; j < features; j++) {
      const factor = weight.value.data[j] * inverse[j];
      scale.data[j] = factor;
      slope.data[j] = this.isOfBatch ? (-factor * inverse[j] * dw[j]) / rows : 0;
      offset.data[j] = this.isOfBatch ? (-factor * db[j]) / rows : 0;
    }
    const dx = this.takeInputGradient();
    const operands = [x, mean, dy, scale, slope, offset, dx].map(({ data }) => data.byteOffset);
    run(x.dtype, "normalizeGradient", x.size, [0, rows, features, ...operands]);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    this.addGradients(this.recallPass(dy).x, dy);
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([
      ["momentum", this.momentum],
      ["epsilon", this.epsilon],
    ]);
  }

  /** μ and 1 / √(σ² + ε) of the batch; the running ones follow. */
  private measure(x: Tensor, rows: number): void {
    const { features, momentum, epsilon, mean, inverse, sums, block } = this;
    const parts = partsOf(rows);
    const squares = parts * features;
    const { byteOffset } = sums;
    const places = [byteOffset, byteOffset + squares * sums.BYTES_PER_ELEMENT];
    const pointers = [x.data.byteOffset, ...places, block.byteOffset];
    run(x.dtype, "columnMoments", x.size, [0, parts, parts, rows, features, ...pointers]);
    const [runningMean, runningVar] = [this.runningMean.value.data, this.runningVar.value.data];
    for (let j = 0; j < features; j++) {
      let count = 0;
      let centre = 0;
      let square = 0;
      for (let p = 0; p < parts; p++) {
        const more = firstRow(p + 1, parts, rows) - firstRow(p, parts, rows);
        const step = sums[p * features + j] - centre;
        const share = more / (count + more);
        square += sums[squares + p * features + j] + step * step * count * share;
        centre += step * share;
        count += more;
      }
      mean.data[j] = centre;
      inverse[j] = 1 / Math.sqrt(square / rows + epsilon);
      runningMean[j] = (1 - momentum) * runningMean[j] + momentum * centre;
      runningVar[j] = (1 - momentum) * runningVar[j] + (momentum * square) / (rows - 1);
    }
  }

  /** The running μ and 1 / √(σ² + ε). */
  private recall(): void {
    this.mean.data.set(this.runningMean.value.data);
    const variances = this.runningVar.value.data;
    for (let j = 0; j < this.features; j++) this.inverse[j] = 1 / Math.sqrt(variances[j] + this.epsilon);
  }

  /** db = Σ dy and dw = Σ dy x̂, which are added to the gradients. */
  private addGradients(x: Tensor, dy: Tensor): void {
    const { features, mean, inverse, db, dw, sums, block } = this;
    const rows = x.size / features;
    const parts = partsOf(rows);
    const pointers = [x.data, mean.data, dy.data, sums, block].map(({ byteOffset }) => byteOffset);
    run(x.dtype, "normalizeSums", x.size, [0, parts, parts, rows, features, ...pointers]);
    const [bias, weight] = [this.bias.accumulate(), this.weight.accumulate()];
    for (let j = 0; j < features; j++) {
      let sum = 0;
      let product = 0;
      for (let p = 0; p < parts; p++) {
        sum += sums[2 * p * features + j];
        product += sums[(2 * p + 1) * features + j];
      }
      db[j] = sum;
      dw[j] = product * inverse[j];
      bias.into.data[j] = sum + (bias.add ? bias.into.data[j] : 0);
      weight.into.data[j] = dw[j] + (weight.add ? weight.into.data[j] : 0);
    }
  }
}

function partsOf(rows: number): number {
  return Math.max(1, Math.min(PARTS, Math.ceil(rows / PART_ROWS)));
}

/** The first row of a part, as the kernels cut. */
function firstRow(part: number, parts: number, rows: number): number {
  return Math.floor((part * rows) / parts);
}
