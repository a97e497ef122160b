import { allocateInt32 } from "../../kernels/memory";
import { run } from "../../kernels/run";
import type { Tensor } from "../../tensor/Tensor";
import type { Range } from "../recurrence/ranges";
import type { DistinctTokens } from "./DistinctTokens";

/**
 * Those of the different tokens of a batch that a gradient reaches, in the same order. Gradients are summed by token
 * before they are multiplied.
 */
export class LiveTokens {
  /** How many there are. */
  count = 0;
  tokens: Int32Array = allocateInt32(0);
  /** The place of each among the distinct tokens. */
  slots: Int32Array = allocateInt32(0);
  /** The steps of token i that have a gradient are steps[starts[i]] … steps[starts[i + 1]), in ascending order. */
  starts: Int32Array = allocateInt32(0);
  steps: Int32Array = allocateInt32(0);
  /** For each distinct token how many such steps it has, then where the next of them goes; 0 between two calls. */
  private cursors = new Int32Array(0);

  /** Looks through the steps of the ranges. */
  find(distinct: DistinctTokens, ranges: readonly Range[]): void {
    this.reserve(distinct);
    const { tokens, slots, starts, steps, cursors } = this;
    eachStep(ranges, (s) => cursors[distinct.slots[s]]++);
    let count = 0;
    let sum = 0;
    for (let slot = 0; slot < distinct.count; slot++) {
      if (cursors[slot] === 0) continue;
      tokens[count] = distinct.tokens[slot];
      slots[count] = slot;
      starts[count++] = sum;
      sum += cursors[slot];
      cursors[slot] = starts[count - 1];
    }
    starts[count] = sum;
    eachStep(ranges, (s) => {
      steps[cursors[distinct.slots[s]]++] = s;
    });
    for (let i = 0; i < count; i++) cursors[slots[i]] = 0;
    this.count = count;
  }

  /** out[i] = Σ of the rows of x of the steps of token i, in ascending order. Shapes: x [S, columns], out [count, columns]. */
  sum(x: Tensor, out: Tensor): void {
    const { count, starts } = this;
    const columns = out.shape[1];
    const [from, first, list, to] = [x.data, starts, this.steps, out.data].map((array) => array.byteOffset);
    run(x.dtype, "sumRows", starts[count] * columns, [0, count, from, first, list, columns, to]);
  }

  private reserve(distinct: DistinctTokens): void {
    if (this.steps.length < distinct.slots.length) this.steps = allocateInt32(distinct.slots.length);
    const most = distinct.tokens.length;
    if (this.tokens.length >= most) return;
    this.tokens = allocateInt32(most);
    this.slots = allocateInt32(most);
    this.starts = allocateInt32(most + 1);
    this.cursors = new Int32Array(most);
  }
}

function eachStep(ranges: readonly Range[], use: (step: number) => void): void {
  for (const [from, to] of ranges) for (let s = from; s < to; s++) use(s);
}
