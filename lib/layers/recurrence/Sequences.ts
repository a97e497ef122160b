import { allocateInt32 } from "../../kernels/memory";
import type { Tensor } from "../../tensor/Tensor";
import type { DistinctTokens } from "../tokens/DistinctTokens";

/** The sequences of a batch, one behind the other, for a recurrent layer. The arrays lie in the kernels' memory. */
export interface Sequences {
  /** What the steps read, [R, D]. */
  readonly rows: Tensor;
  /** How many steps all of them have together, S. */
  readonly steps: number;
  /** Step s reads the row of its token; row s where not given. */
  readonly distinct?: DistinctTokens;
  /** Sequence n has steps starts[n] … starts[n + 1), [N + 1]. */
  readonly starts: Int32Array;
  /** The numbers of the sequences, the longest first, [N]. */
  readonly order: Int32Array;
}

/** The `starts` and the `order` of sequences of the same length, kept until another shape comes. */
export class EqualSequences {
  starts: Int32Array = allocateInt32(0);
  order: Int32Array = allocateInt32(0);

  /** For so many sequences of so many steps. */
  prepare(count: number, length: number): this {
    if (this.order.length !== count) {
      this.starts = allocateInt32(count + 1);
      this.order = allocateInt32(count);
    }
    if (this.starts[1] !== length) {
      for (let n = 0; n <= count; n++) this.starts[n] = n * length;
      for (let n = 0; n < count; n++) this.order[n] = n;
    }
    return this;
  }
}
