import { allocateInt32, allocateTokens } from "../kernels/memory";
import { run } from "../kernels/run";

/** The lists count in 16 bits. */
const LONGEST = 65535;

/** By the bytes and the length of a sample; `undefined` where they would take more space than the bytes. */
const known = new WeakMap<Uint8Array, Map<number, ByteLists | undefined>>();

/** Where in the samples of a dataset the bytes are not zero, found once: see `kernels/assembly/byteLists.ts`. */
export class ByteLists {
  /** Where in `lists` the list of each sample begins, and where the last one ends. */
  readonly starts: Int32Array;
  readonly lists: Uint16Array;

  private constructor(starts: Int32Array, lists: Uint16Array) {
    this.starts = starts;
    this.lists = lists;
  }

  /**
   * The lists of samples of `length` bytes each, which lie in the kernels' memory and do not change; none if they would
   * take more space than the bytes.
   */
  static of(bytes: Uint8Array, length: number): ByteLists | undefined {
    const byLength = known.get(bytes) ?? new Map<number, ByteLists | undefined>();
    known.set(bytes, byLength);
    if (!byLength.has(length)) byLength.set(length, ByteLists.make(bytes, length));
    return byLength.get(length);
  }

  private static make(bytes: Uint8Array, length: number): ByteLists | undefined {
    if (length > LONGEST) return undefined;
    const count = bytes.length / length;
    const starts = allocateInt32(count + 1);
    const from = [0, count, bytes.byteOffset, length, starts.byteOffset];
    run("float32", "listSizes", bytes.length, from);
    let total = 0;
    for (let i = 0; i <= count; i++) {
      const size = starts[i];
      starts[i] = total;
      total += size;
    }
    if (2 * total > bytes.length) return undefined;
    const lists = allocateTokens(total);
    run("float32", "listBytes", bytes.length, [...from, lists.byteOffset]);
    return new ByteLists(starts, lists);
  }
}
