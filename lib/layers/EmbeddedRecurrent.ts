import { ArgumentError } from "../errors";
import { allocateInt32 } from "../kernels/memory";
import { RowWorkspace } from "../tensor/RowWorkspace";
import type { Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { DistinctTokens } from "./DistinctTokens";
import type { Embedding } from "./Embedding";
import { Module } from "./Module";
import type { Parameter } from "./Parameter";
import type { Recurrent } from "./Recurrent";
import type { Sequences } from "./Sequences";

/**
 * An `Embedding` and the recurrent layer behind it, computed together: the same function with less work, in two ways.
 *
 * - xₜW depends on the token only, so it is computed once for each different token of the batch, and the gradients of
 *   the gates are summed by token before they are multiplied by Wᵀ and xᵀ: E[k] W for R rows instead of N · T.
 * - With `maskZero`, steps whose token is 0 are left out: the state stays what it was, at the beginning 0. Sequences then
 *   have different lengths and are handed on the longest first, so that those that have ended cost nothing.
 *
 * `Sequential` puts one in place of the two. Shapes: x [N, T] → y as the recurrent layer returns it.
 */
export class EmbeddedRecurrent extends Module {
  private readonly embedding: Embedding;
  private readonly recurrent: Recurrent;
  private readonly distinct: DistinctTokens;
  private readonly rows = new RowWorkspace();
  private readonly dx = new Workspace();
  private kept: Int32Array = allocateInt32(0);
  private starts: Int32Array = allocateInt32(0);
  private order: Int32Array = allocateInt32(0);
  private keys: Float64Array = new Float64Array(0);
  private shape: Shape | undefined;

  /** @throws ArgumentError if steps are masked and the states of all steps are wanted. */
  constructor(embedding: Embedding, recurrent: Recurrent) {
    super();
    if (embedding.maskZero && recurrent.returnSequences)
      throw new ArgumentError("Sequential", "returnSequences has no state for the steps that maskZero skips");
    this.embedding = embedding;
    this.recurrent = recurrent;
    this.distinct = new DistinctTokens(embedding.dictSize);
  }

  override forward(x: Tensor): Tensor {
    const shape = this.outputShape(x.shape);
    const tokens = this.embedding.read(x);
    const sequences = this.sequences(tokens, x.shape as [number, number]);
    this.shape = x.shape;
    return this.recurrent.forwardSequences(sequences, shape);
  }

  override backward(dy: Tensor): Tensor {
    this.backwardParameters(dy);
    return this.dx.take(this.shape as Shape, dy.dtype);
  }

  override backwardParameters(dy: Tensor): void {
    if (this.embedding.weight.frozen) {
      this.recurrent.backwardParameters(dy);
      return;
    }
    const dRows = this.recurrent.backwardSequences(dy);
    this.embedding.accumulate(this.distinct.tokens, dRows);
  }

  override outputShape(shape: Shape): Shape {
    return this.recurrent.outputShape(this.embedding.outputShape(shape));
  }

  override namedParameters(): Map<string, Parameter> {
    return new Map([...this.embedding.namedParameters(), ...this.recurrent.namedParameters()]);
  }

  /** The steps that are not masked, sequence after sequence. */
  private sequences(tokens: Int32Array, [count, length]: readonly [number, number]): Sequences {
    this.reserve(count, length);
    const { kept, starts, order, keys, distinct } = this;
    const { maskZero, dimension, weight } = this.embedding;
    let steps = 0;
    for (let n = 0; n < count; n++) {
      starts[n] = steps;
      for (let i = n * length; i < (n + 1) * length; i++) {
        if (maskZero && tokens[i] === 0) continue;
        kept[steps++] = tokens[i];
      }
      keys[n] = (length - steps + starts[n]) * count + n;
    }
    starts[count] = steps;
    keys.sort();
    for (let n = 0; n < count; n++) order[n] = keys[n] % count;
    distinct.find(kept, steps);
    const rows = this.rows.take(distinct.count, dimension, weight.value.dtype);
    this.embedding.gather(distinct.tokens, distinct.count, rows);
    return { rows, steps, distinct, starts, order };
  }

  private reserve(count: number, length: number): void {
    if (this.kept.length < count * length) this.kept = allocateInt32(count * length);
    if (this.order.length === count) return;
    this.starts = allocateInt32(count + 1);
    this.order = allocateInt32(count);
    this.keys = new Float64Array(count);
  }
}
