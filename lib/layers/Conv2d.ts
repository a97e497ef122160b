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
  /** From one window to the next (default: 1). */
  readonly stride?: number;
  /** Rows and columns of zeros on each side of the image (default: 0, Keras's "valid"). */
  readonly padding?: number;
  /** How the weights begin (default: `kaimingNormal`). fanIn = kh · kw · in, fanOut = kh · kw · out. */
  readonly init?: Init;
  /** How the biases begin (default: `zeros`). */
  readonly biasInit?: Init;
  /** The dtype of x, y and the parameters (default: `float32`). */
  readonly dtype?: DType;
}

/**
 * Convolution of images (a cross-correlation, as in Keras and PyTorch):
 * y[n, i, j, o] = b[o] + Σ x[n, i·s + a − p, j·s + b − p, c] · W[a, b, c, o] over a, b, c, with stride s and padding p.
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
  /** From one window to the next. */
  readonly stride: number;
  /** Zeros around the picture, at each edge. */
  readonly padding: number;
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
    if (!(typeof kernelSize === "number" || (Array.isArray(kernelSize) && kernelSize.length === 2))) {
      const got = inWords(kernelSize);
      throw new ArgumentError("Conv2d", `kernelSize must be a number or a pair such as [3, 3], got ${got}`);
    }
    const names = ["random", "stride", "padding", "init", "biasInit", "dtype"];
    checkLayerOptions("Conv2d", options, names, [
      inChannels,
      outChannels,
      ...[kernelSize].flat().slice(0, 1),
    ]);
    const { random, stride = 1, padding = 0, init = "kaimingNormal", biasInit = "zeros" } = options;
    const { dtype = "float32" } = options;
    const [rows, columns] = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
    const lengths = { inChannels, outChannels, "kernelSize[0]": rows, "kernelSize[1]": columns, stride };
    checkCounts("Conv2d", lengths);
    checkCounts("Conv2d", { padding }, 0);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = [rows, columns];
    this.stride = stride;
    this.padding = padding;
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
    if (shape?.length !== 4 || shape[3] !== inChannels) {
      throw new ShapeError("Conv2d.forward", `x must be [N, H, W, ${inChannels}], got ${formatShape(shape)}`);
    }
    const size = [shape[1] + 2 * padding, shape[2] + 2 * padding];
    if (size[0] < kernelSize[0] || size[1] < kernelSize[1]) {
      const padded = padding > 0 ? "padded images" : "images";
      throw new ShapeError(
        "Conv2d.forward",
        `the ${padded} must be at least as large as the kernel ${formatShape(kernelSize)}, got ${formatShape(size)}`,
      );
    }
    const [rows, columns] = size.map((length, i) => Math.floor((length - kernelSize[i]) / stride) + 1);
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
    const { inChannels, outChannels, stride, padding } = this;
    const [kernelRows, kernelColumns] = this.kernelSize;
    const [, rows, columns] = this.outputShape(shape);
    const kernel = { kernelRows, kernelColumns, inChannels, outChannels, stride, padding };
    this.convolution = new Convolution({ height, width, rows, columns, pool, ...kernel });
    return this.convolution;
  }
}
