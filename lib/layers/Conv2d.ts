import { checkCounts, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { DType } from "../kernels/Kernels";
import type { RandomState } from "../tensor/RandomState";
import { formatShape, type Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Convolution } from "./convolution/Convolution";
import { checkLayerOptions, type Init, initialize } from "./init";
import { Module } from "./Module";
import { Parameter } from "./Parameter";

/** What the weights are drawn from, and how the windows lie. */
export interface Conv2dOptions {
  /** The stream the weights are drawn from. */
  readonly random: RandomState;
  /** From one window to the next, [rows, columns] or one number for both (default: 1). */
  readonly stride?: number | readonly [number, number];
  /**
   * Rows of zeros above and below the image and columns of zeros on either side, [rows, columns] or one number for both;
   * `same` for as many as make OH = ⌈H / s⌉ and OW likewise, where one more than on the other side stands below or on the
   * right, as in Keras (default: 0, Keras's "valid").
   */
  readonly padding?: number | readonly [number, number] | "same";
  /** How the weights begin (default: `kaimingNormal`). fanIn = kh · kw · in, fanOut = kh · kw · out. */
  readonly init?: Init;
  /** How the biases begin (default: `zeros`). */
  readonly biasInit?: Init;
  /** The dtype of x, y and the parameters (default: `float32`). */
  readonly dtype?: DType;
}

/**
 * Convolution of images (a cross-correlation, as in Keras and PyTorch):
 * y[n, i, j, o] = b[o] + Σ x[n, i·s + a − p, j·s + b − p, c] · W[a, b, c, o] over a, b, c, with stride s and padding p,
 * which may be others for columns than for rows.
 * Shapes: x [N, H, W, in], channels last as in Keras, W [kh, kw, in, out], b [out] → y [N, OH, OW, out] with
 * OH = ⌊(H + 2p − kh) / s⌋ + 1, and OW likewise.
 *
 * Backward: every y that a value took part in hands its dy back, so dW[a, b, c, o] = Σ x[n, i·s + a − p, …, c] · dy[n, i, j, o]
 * over n, i, j; db = Σ dy; dx[n, h, w, c] = Σ W[a, b, c, o] · dy[n, i, j, o] over o and all a, b, i, j with i·s + a − p = h
 * and j·s + b − p = w.
 *
 * What is 0 in x and dy is skipped. The sum over the images is taken in eight parts, always the same, so that the bits
 * do not depend on the number of threads. A native BLAS is not used.
 *
 * `kernelSize` is [kh, kw], or one number for both.
 * @throws ArgumentError if a length is not a whole number > 0 (≥ 0 for the padding), or there is no such
 * initialisation.
 * @throws ShapeError if x is not [N, H, W, in] or smaller than the kernel, or dy is not as y; ArgumentError if their
 * dtype is not that of the weights.
 */
export class Conv2d extends Module {
  /** Channels of x. */
  readonly inChannels: number;
  /** Channels of y: the number of filters. */
  readonly outChannels: number;
  /** [kh, kw]. */
  readonly kernelSize: readonly [number, number];
  /** From one window to the next, in rows and in columns. */
  readonly stride: readonly [number, number];
  /** Rows of zeros above and below the image and columns of zeros on either side, or as many as are needed. */
  readonly padding: readonly [number, number] | "same";
  /** W [kh, kw, in, out]. */
  readonly weight: Parameter;
  /** b [out]. */
  readonly bias: Parameter;
  private convolution: Convolution | undefined;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly [number, number],
    options: Conv2dOptions,
  ) {
    super();
    const names = ["random", "stride", "padding", "init", "biasInit", "dtype"];
    const size = pairOf("kernelSize", kernelSize, 1);
    checkLayerOptions("Conv2d", options, names, [inChannels, outChannels, size[0]]);
    const { random, stride = 1, padding = 0, init = "kaimingNormal", biasInit = "zeros" } = options;
    const { dtype = "float32" } = options;
    checkCounts("Conv2d", { inChannels, outChannels });
    const [rows, columns] = size;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = size;
    this.stride = pairOf("stride", stride, 1);
    this.padding = padding === "same" ? padding : pairOf("padding", padding, 0, ', or "same"');
    this.weight = new Parameter("weight", [rows, columns, inChannels, outChannels], dtype);
    this.bias = new Parameter("bias", [outChannels], dtype);
    const [fanIn, fanOut] = [rows * columns * inChannels, rows * columns * outChannels];
    initialize("Conv2d", this.weight.value, init, fanIn, fanOut, random);
    initialize("Conv2d", this.bias.value, biasInit, fanIn, fanOut, random);
  }

  override forward(x: Tensor): Tensor {
    return this.compute(x, false);
  }

  /** max(0, y), the activation in the same pass as the bias; see `Rectified`. @internal */
  forwardRectified(x: Tensor): Tensor {
    return this.compute(x, true);
  }

  private compute(x: Tensor, rectify: boolean): Tensor {
    const y = this.takeOutput(x, this.weight.value.dtype);
    this.products(x.shape).apply(x, this.weight.value, this.bias.value, y, rectify);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x } = this.recallPass(dy);
    this.products(x.shape).weightGradient(x, dy, this.weight, this.bias);
    const dx = this.takeInputGradient();
    this.products(x.shape).inputGradient(dy, this.weight.value, dx);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    const { x } = this.recallPass(dy);
    this.products(x.shape).weightGradient(x, dy, this.weight, this.bias);
  }

  override outputShape(shape: Shape): Shape {
    const { inChannels, outChannels, kernelSize, stride, padding } = this;
    if (shape?.length !== 4 || shape[3] !== inChannels || shape[1] * shape[2] === 0) {
      throw new ShapeError("Conv2d.forward", `x must be [N, H, W, ${inChannels}], got ${formatShape(shape)}`);
    }
    const image = [shape[1], shape[2]];
    if (padding === "same") {
      const [rows, columns] = image.map((length, i) => Math.ceil(length / stride[i]));
      return [shape[0], rows, columns, outChannels];
    }
    const size = image.map((length, i) => length + 2 * padding[i]);
    if (size[0] < kernelSize[0] || size[1] < kernelSize[1]) {
      const padded = padding[0] > 0 || padding[1] > 0 ? "padded images" : "images";
      throw new ShapeError(
        "Conv2d.forward",
        `the ${padded} must be at least as large as the kernel ${formatShape(kernelSize)}, got ${formatShape(size)}`,
      );
    }
    const [rows, columns] = size.map((length, i) => Math.floor((length - kernelSize[i]) / stride[i]) + 1);
    return [shape[0], rows, columns, outChannels];
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([
      ["stride", this.stride],
      ["padding", this.padding],
    ]);
  }

  /**
   * The products for x of that shape, with max pooling in the same pass; they are kept while the size stays.
   * @internal
   */
  products(shape: Shape, pool: number = 1): Convolution {
    const [, height, width] = shape;
    const known = this.convolution?.shape;
    if (this.convolution && known?.height === height && known.width === width && known.pool === pool) {
      return this.convolution;
    }
    const { inChannels, outChannels, stride } = this;
    const [kernelRows, kernelColumns] = this.kernelSize;
    const [, rows, columns] = this.outputShape(shape);
    const padding = this.paddingOf([height, width], [rows, columns]);
    const kernel = { kernelRows, kernelColumns, inChannels, outChannels, stride, padding };
    this.convolution = new Convolution({ height, width, rows, columns, pool, ...kernel });
    return this.convolution;
  }
  /** Rows of zeros above an image, and columns of zeros on its left. */
  private paddingOf(image: readonly number[], result: readonly number[]): [number, number] {
    const { padding, kernelSize, stride } = this;
    const missing = (i: number): number => (result[i] - 1) * stride[i] + kernelSize[i] - image[i];
    const before = (i: number): number =>
      padding === "same" ? Math.floor(Math.max(missing(i), 0) / 2) : padding[i];
    return [before(0), before(1)];
  }
}

/** Two whole numbers ≥ `least`, for rows and for columns: a pair, or one number for both. */
function pairOf(name: string, value: unknown, least: number, others = ""): readonly [number, number] {
  if (typeof value === "number") {
    checkCounts("Conv2d", { [name]: value }, least);
    return [value, value];
  }
  if (!(Array.isArray(value) && value.length === 2)) {
    const problem = `${name} must be a number or a pair such as [3, 3]${others}`;
    throw new ArgumentError("Conv2d", `${problem}, got ${inWords(value)}`);
  }
  const [rows, columns] = value;
  checkCounts("Conv2d", { [`${name}[0]`]: rows, [`${name}[1]`]: columns }, least);
  return [rows, columns];
}
