import { ArgumentError } from "../../errors";
import { allocateInt32 } from "../../kernels/memory";
import { RowScratch, Scratch } from "../../tensor/Scratch";
import type { Tensor } from "../../tensor/Tensor";
import { Dropout, type DropoutKey } from "../Dropout";
import { Embedding } from "../Embedding";
import { GRU } from "../GRU";
import { LSTM } from "../LSTM";
import { MaxOverTime, maxOverTime, maxOverTimeGradient } from "../MaxOverTime";
import type { Module } from "../Module";
import type { Recurrent } from "../recurrence/Recurrent";
import type { Sequences } from "../recurrence/Sequences";
import { DistinctTokens } from "../tokens/DistinctTokens";
import { Fused, isExactly } from "./Fused";

/** What may stand between an Embedding and a recurrent layer, and behind it. */
interface Neighbours {
  readonly dropout: Dropout | undefined;
  /** Only where the recurrent layer returns the states of all steps. */
  readonly pool: MaxOverTime | undefined;
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
 * Shapes: x [N, T] → y as the last of them returns it.
 */
export class EmbeddedRecurrent extends Fused {
  private readonly embedding: Embedding;
  private readonly recurrent: Recurrent;
  private readonly dropout: Dropout | undefined;
  private readonly pool: MaxOverTime | undefined;
  private readonly distinct: DistinctTokens;
  private readonly rows = new RowScratch();
  private readonly sums = new RowScratch();
  private readonly states = new RowScratch();
  private readonly places = new Scratch();
  private readonly dStates = new RowScratch();
  private readonly dRows = new RowScratch();
  private kept: Int32Array = allocateInt32(0);
  private starts: Int32Array = allocateInt32(0);
  private order: Int32Array = allocateInt32(0);
  private liveTokens: Int32Array = allocateInt32(0);
  private keys: Float64Array = new Float64Array(0);
  private key: DropoutKey | undefined;

  constructor(embedding: Embedding, recurrent: Recurrent, { dropout, pool }: Neighbours) {
    super([embedding, dropout, recurrent, pool]);
    this.embedding = embedding;
    this.recurrent = recurrent;
    this.dropout = dropout;
    this.pool = pool;
    this.distinct = new DistinctTokens(embedding.dictSize);
  }

  /**
   * What the layers begin with, if they can be computed so.
   * @throws ArgumentError if steps are masked and there is nobody to skip them, or the states of all are wanted.
   */
  static find(layers: readonly Module[]): EmbeddedRecurrent | undefined {
    const [embedding, next] = layers;
    if (!(embedding instanceof Embedding)) return undefined;
    const { maskZero } = embedding;
    const dropout = isExactly(next, Dropout) ? next : undefined;
    const [recurrent, last] = layers.slice(dropout ? 2 : 1);
    const isPair =
      isExactly(embedding, Embedding) && (isExactly(recurrent, LSTM) || isExactly(recurrent, GRU));
    if (!isPair) {
      if (!maskZero) return undefined;
      const got = recurrent?.constructor.name ?? "nothing";
      throw new ArgumentError(
        "Sequential",
        `maskZero needs an LSTM or a GRU behind the Embedding, got ${got}`,
      );
    }
    const pool = recurrent.returnSequences && isExactly(last, MaxOverTime) ? last : undefined;
    if (maskZero && recurrent.returnSequences && !pool)
      throw new ArgumentError("Sequential", "returnSequences has no state for the steps that maskZero skips");
    return new EmbeddedRecurrent(embedding, recurrent, { dropout, pool });
  }

  override forward(x: Tensor): Tensor {
    const { embedding, recurrent } = this;
    const sequences = this.sequences(embedding.read(x), x.shape as [number, number]);
    const y = this.takeOutput(x);
    if (this.pool) {
      const states = this.states.take(sequences.steps, recurrent.units, x.dtype);
      recurrent.forwardSequences(sequences, states);
      maxOverTime(states, sequences.starts, y, this.places.take(y.shape, y.dtype));
    } else {
      recurrent.forwardSequences(sequences, y);
    }
    return this.rememberPass(x, y, [recurrent]);
  }

  override backward(dy: Tensor): Tensor {
    this.backwardParameters(dy);
    const dx = this.takeInputGradient();
    dx.data.fill(0);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    const { recurrent, embedding } = this;
    const { weight } = embedding;
    this.recallPass(dy);
    if (!weight.frozen) weight.settle();
    const { dProjections, ranges } = recurrent.addGradients(this.pool ? this.statesGradient(dy) : dy);
    if (weight.frozen) return;
    const dRows = this.dRows.take(dProjections.shape[0], recurrent.inputSize, dy.dtype);
    recurrent.rowGradients(dProjections, ranges, dRows);
    const gradient = this.key ? this.sumByToken(dRows, this.key) : dRows;
    const { tokens, count } = recurrent.live;
    if (this.liveTokens.length < count) this.liveTokens = allocateInt32(tokens.length);
    this.liveTokens.set(tokens.subarray(0, count));
    embedding.accumulate(this.liveTokens, gradient);
  }

  private statesGradient(dy: Tensor): Tensor {
    const { starts } = this;
    const [count] = dy.shape;
    const dStates = this.dStates.take(starts[count], this.recurrent.units, dy.dtype);
    maxOverTimeGradient(dy, starts, this.places.take(dy.shape, dy.dtype), dStates);
    return dStates;
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
