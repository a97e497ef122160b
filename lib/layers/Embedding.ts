import { checkCounts, checkFlags } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { DType } from "../kernels/Kernels";
import { allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import type { RandomState } from "../tensor/RandomState";
import { RowScratch } from "../tensor/Scratch";
import { formatShape, type Shape, sameShape } from "../tensor/shape";
import { checkDType, checkTensor, Tensor } from "../tensor/Tensor";
import { checkLayerOptions } from "./init";
import { Module } from "./Module";
import { Parameter } from "./Parameter";
import { DistinctTokens } from "./tokens/DistinctTokens";
import { LiveTokens } from "./tokens/LiveTokens";

/** What the vectors begin as, and how they are used and learned. */
export interface EmbeddingOptions {
  /** The stream the vectors are drawn from; not needed where the weights are given. */
  readonly random?: RandomState;
  /** The vectors to begin with, [dictSize, dimension], copied (default: drawn from U(−0.05, 0.05), as in Keras). */
  readonly weights?: Tensor;
  /** Whether the vectors are learned (default: true). */
  readonly trainable?: boolean;
  /**
   * Whether token 0 is padding that the recurrent layer behind skips: its state stays as it is at such a step, as in
   * Keras (default: false, 0 is a token like any other).
   */
  readonly maskZero?: boolean;
  /** The dtype of x, y and the vectors (default: `float32`). */
  readonly dtype?: DType;
}

/**
 * A vector for each token: y[n, t] = E[x[n, t]].
 * Shapes: x [N, T], whole numbers 0 … dictSize − 1; E [dictSize, D] → y [N, T, D].
 *
 * Backward: row k of E is read wherever x is k, so dE[k] = Σ dy[n, t] over those places, in the order of the batch; the
 * other rows are 0. An `SGD` without momentum and decay changes only the rows that were read. Tokens have no
 * derivative; `backward` returns zeros.
 *
 * In a `Sequential`, an LSTM or a GRU right behind is computed together with it; see `EmbeddedRecurrent`.
 * @throws ArgumentError if a length is not a whole number > 0, or the weights have another dtype; ShapeError if the
 * weights are not [dictSize, dimension].
 * @throws ShapeError if x is not [N, T] with T > 0 or dy not [N, T, D]; ArgumentError if x has a token that is not in
 * the dictionary, or a dtype is not that of the vectors.
 */
export class Embedding extends Module {
  /** The number of tokens; a token is 0 … dictSize − 1. */
  readonly dictSize: number;
  /** Numbers a token. */
  readonly dimension: number;
  /** Whether token 0 is padding that the layers behind skip. */
  readonly maskZero: boolean;
  /** E [dictSize, D]. */
  readonly weight: Parameter;
  private readonly distinct: DistinctTokens;
  private readonly live = new LiveTokens();
  private readonly sums = new RowScratch();
  private tokens: Int32Array = allocateInt32(0);
  private dense: Tensor | undefined;

  constructor(dictSize: number, dimension: number, options: EmbeddingOptions) {
    super();
    checkCounts("Embedding", { dictSize, dimension });
    const names = ["random", "weights", "trainable", "maskZero", "dtype"];
    checkLayerOptions("Embedding", options, names, [dictSize, dimension], options?.weights === undefined);
    const { random, weights, trainable = true, maskZero = false, dtype = "float32" } = options;
    checkFlags("Embedding", { trainable, maskZero });
    const shape = [dictSize, dimension];
    this.dictSize = dictSize;
    this.dimension = dimension;
    this.maskZero = maskZero;
    this.weight = new Parameter("weight", shape, dtype);
    this.weight.frozen = !trainable;
    this.distinct = new DistinctTokens(dictSize);
    if (weights === undefined) {
      random?.fillUniform(this.weight.value.data, -0.05, 0.05);
      return;
    }
    checkTensor("Embedding", "weights", weights);
    if (!sameShape(weights.shape, shape)) {
      throw new ShapeError(
        "Embedding",
        `weights must be ${formatShape(shape)}, got ${formatShape(weights.shape)}`,
      );
    }
    checkDType("Embedding", this.weight.value, weights);
    this.weight.value.data.set(weights.data);
  }

  override forward(x: Tensor): Tensor {
    const tokens = this.read(x);
    const y = this.takeOutput(x);
    this.gather(tokens, x.size, y);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    this.backwardParameters(dy);
    const dx = this.takeInputGradient();
    dx.data.fill(0);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    this.recallPass(dy);
    if (this.weight.frozen) return;
    this.weight.settle();
    const { distinct, live, dimension } = this;
    const count = dy.size / dimension;
    distinct.find(this.tokens, count);
    live.find(distinct, [[0, count]]);
    const sums = this.sums.take(live.count, dimension, dy.dtype);
    live.sum(dy.reshape([count, dimension]), sums);
    this.accumulate(live.tokens, sums);
  }

  /** The tokens of x, checked, as int32 in the kernels' memory; overwritten by the next call. @internal */
  read(x: Tensor): Int32Array {
    this.checkInput(x, this.weight.value.dtype);
    this.weight.settle();
    if (this.tokens.length < x.size) this.tokens = allocateInt32(x.size);
    const { tokens, dictSize } = this;
    const { data } = x;
    for (let i = 0; i < data.length; i++) {
      const token = data[i];
      if (!(token >= 0 && token < dictSize && Math.floor(token) === token)) {
        throw new ArgumentError(
          "Embedding.forward",
          `tokens must be whole numbers from 0 to ${dictSize - 1}, got ${token}`,
        );
      }
      tokens[i] = token;
    }
    return tokens;
  }

  /** out[i] = E[tokens[i]]. Shapes: out [count, D]. @internal */
  gather(tokens: Int32Array, count: number, out: Tensor): void {
    const { value } = this.weight;
    const args = [0, count, value.data.byteOffset, tokens.byteOffset, this.dimension, out.data.byteOffset];
    run(value.dtype, "gatherRows", out.size, args);
  }

  /**
   * Adds gradient[i] to row tokens[i] of dE, none of which comes twice. Until the optimiser's step they must not change.
   * @internal
   */
  accumulate(tokens: Int32Array, gradient: Tensor): void {
    const { dtype, shape, size, data } = gradient;
    const { dimension } = this;
    const [rows, g, indices] = [shape[0], data.byteOffset, tokens.byteOffset];
    const write = (into: Tensor, add: boolean): void => {
      if (!add) into.data.fill(0);
      run(dtype, "scatterRows", size, [0, rows, g, indices, dimension, into.data.byteOffset, add ? 1 : 0]);
    };
    this.weight.defer({
      write,
      descend: (value, rate, decay) => {
        const w = value.data.byteOffset;
        if (decay === 0) {
          run(dtype, "descendRows", size, [0, rows, w, indices, dimension, g, rate]);
          return;
        }
        this.dense ??= Tensor.zeros(value.shape, dtype);
        write(this.dense, false);
        run(dtype, "sgd", value.size, [0, value.size, w, this.dense.data.byteOffset, rate, decay]);
      },
    });
  }

  override outputShape(shape: Shape): Shape {
    if (shape?.length !== 2 || shape[1] === 0) {
      throw new ShapeError("Embedding.forward", `x must be [N, T] with T > 0, got ${formatShape(shape)}`);
    }
    return [...shape, this.dimension];
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([
      ["maskZero", this.maskZero],
      ["frozen", this.weight.frozen],
    ]);
  }
}
