import { ArgumentError } from "../../errors";
import { allocateInt32 } from "../../kernels/memory";
import { RowScratch } from "../../tensor/Scratch";
import type { Shape } from "../../tensor/shape";
import type { Tensor } from "../../tensor/Tensor";
import { Workspace } from "../../tensor/Workspace";
import type { Dropout, DropoutKey } from "../Dropout";
import type { Embedding } from "../Embedding";
import type { MaxOverTime } from "../MaxOverTime";
import { Module } from "../Module";
import type { Parameter } from "../Parameter";
import { DistinctTokens } from "../tokens/DistinctTokens";
import type { Recurrent } from "./Recurrent";
import type { Sequences } from "./Sequences";

/** What may stand between an Embedding and a recurrent layer, and behind it. */
export interface EmbeddedRecurrentOptions {
  readonly dropout?: Dropout | undefined;
  /** Only where the recurrent layer returns the states of all steps. */
  readonly pool?: MaxOverTime | undefined;
}

/**
 * An `Embedding` and the recurrent layer behind it, computed together: the same function with less work, in two ways.
 *
 * - xₜW depends on the token only, so it is computed once for each different token of the batch, and the gradients of
 *   the gates are summed by token before they are multiplied by Wᵀ and xᵀ: E[k] W for R rows instead of N · T.
 * - With `maskZero`, steps whose token is 0 are left out: the state stays what it was, at the beginning 0. Sequences then
 *   have different lengths and are handed on the longest first, so that those that have ended cost nothing.
 *
 * A `Dropout` between the two draws anew for every step, so that while learning no two steps read the same row, and only
 * the second way is left. A `MaxOverTime` behind takes the largest state of the steps that are not left out.
 *
 * `Sequential` puts one in place of all. Shapes: x [N, T] → y as the last of them returns it.
 */
export class EmbeddedRecurrent extends Module {
  private readonly embedding: Embedding;
  private readonly recurrent: Recurrent;
  private readonly dropout: Dropout | undefined;
  private readonly pool: MaxOverTime | undefined;
  private readonly distinct: DistinctTokens;
  private readonly rows = new RowScratch();
  private readonly sums = new RowScratch();
  private readonly states = new RowScratch();
  private readonly dStates = new RowScratch();
  private readonly dRows = new RowScratch();
  private readonly y = new Workspace();
  private readonly dx = new Workspace();
  private kept: Int32Array = allocateInt32(0);
  private starts: Int32Array = allocateInt32(0);
  private order: Int32Array = allocateInt32(0);
  private keys: Float64Array = new Float64Array(0);
  private shape: Shape | undefined;
  private steps = 0;
  private key: DropoutKey | undefined;

  /** @throws ArgumentError if steps are masked and the states of all steps are wanted. */
  constructor(embedding: Embedding, recurrent: Recurrent, { dropout, pool }: EmbeddedRecurrentOptions = {}) {
    super();
    if (embedding.maskZero && recurrent.returnSequences && !pool)
      throw new ArgumentError("Sequential", "returnSequences has no state for the steps that maskZero skips");
    this.embedding = embedding;
    this.recurrent = recurrent;
    this.dropout = dropout;
    this.pool = pool;
    this.distinct = new DistinctTokens(embedding.dictSize);
  }

  override forward(x: Tensor): Tensor {
    const shape = this.outputShape(x.shape);
    const tokens = this.embedding.read(x);
    const sequences = this.sequences(tokens, x.shape as [number, number]);
    this.shape = x.shape;
    this.steps = sequences.steps;
    const y = this.y.take(shape, x.dtype);
    if (this.pool) {
      const states = this.states.take(sequences.steps, this.recurrent.units, x.dtype);
      this.recurrent.forwardSequences(sequences, states);
      this.pool.forwardSequences(states, sequences.starts, y);
    } else {
      this.recurrent.forwardSequences(sequences, y);
    }
    return y;
  }

  override backward(dy: Tensor): Tensor {
    this.backwardParameters(dy);
    return this.dx.take(this.shape as Shape, dy.dtype);
  }

  override backwardParameters(dy: Tensor): void {
    const { recurrent, embedding, pool } = this;
    const dStates = pool ? this.dStates.take(this.steps, recurrent.units, dy.dtype) : dy;
    if (pool) pool.backwardSequences(dy, dStates);
    if (!embedding.weight.frozen) embedding.weight.settle();
    const { dProjections, ranges } = recurrent.addGradients(dStates);
    if (embedding.weight.frozen) return;
    const dRows = this.dRows.take(dProjections.shape[0], recurrent.inputSize, dy.dtype);
    recurrent.rowGradients(dProjections, ranges, dRows);
    const gradient = this.key ? this.sumByToken(dRows, this.key) : dRows;
    embedding.accumulate(recurrent.live.tokens, gradient);
  }

  override outputShape(shape: Shape): Shape {
    const states = this.recurrent.outputShape(this.embedding.outputShape(shape));
    return this.pool ? this.pool.outputShape(states) : states;
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
    const { dtype } = weight.value;
    const { dropout } = this;
    this.key = dropout?.training && dropout.p > 0 ? dropout.drawKey() : undefined;
    if (dropout && this.key) {
      const rows = this.rows.take(steps, dimension, dtype);
      this.embedding.gather(kept, steps, rows);
      return { rows: dropout.drop(rows, rows, this.key), steps, starts, order };
    }
    const rows = this.rows.take(distinct.count, dimension, dtype);
    this.embedding.gather(distinct.tokens, distinct.count, rows);
    return { rows, steps, distinct, starts, order };
  }

  /** The gradient of each different token, from that of each step, which went through the dropout. */
  private sumByToken(dRows: Tensor, key: DropoutKey): Tensor {
    const { live } = this.recurrent;
    this.dropout?.drop(dRows, dRows, key);
    live.find(this.distinct, [[0, dRows.shape[0]]]);
    const sums = this.sums.take(live.count, this.embedding.dimension, dRows.dtype);
    live.sum(dRows, sums);
    return sums;
  }

  private reserve(count: number, length: number): void {
    if (this.kept.length < count * length) this.kept = allocateInt32(count * length);
    if (this.order.length === count) return;
    this.starts = allocateInt32(count + 1);
    this.order = allocateInt32(count);
    this.keys = new Float64Array(count);
  }
}
