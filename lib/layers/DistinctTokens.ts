import { allocateInt32 } from "../kernels/memory";

/**
 * The different tokens of a batch, and where each of them stands. Words come again and again (of the 16,384 tokens of
 * 32 reviews about one in five is new), so what depends on the token alone is computed once for each, and gradients
 * are summed by token before they are multiplied.
 */
export class DistinctTokens {
  /** How many different tokens there are. */
  count = 0;
  /** The tokens [count], in the order in which they appear first. */
  tokens: Int32Array = allocateInt32(0);
  /** Step s has token tokens[slots[s]]. */
  slots: Int32Array = allocateInt32(0);
  /** The steps of token i are steps[starts[i]] … steps[starts[i + 1]), in ascending order. */
  starts: Int32Array = allocateInt32(0);
  steps: Int32Array = allocateInt32(0);
  /** The place of each token of the dictionary in `tokens`, or −1. */
  private readonly places: Int32Array;

  constructor(dictSize: number) {
    this.places = new Int32Array(dictSize).fill(-1);
  }

  /** Looks through the tokens list[0] … list[length), all below dictSize. */
  find(list: Int32Array, length: number): void {
    this.reserve(length);
    const { tokens, slots, starts, steps, places } = this;
    let count = 0;
    starts.fill(0, 0, Math.min(length, places.length) + 2);
    for (let s = 0; s < length; s++) {
      const token = list[s];
      let place = places[token];
      if (place < 0) {
        place = count++;
        places[token] = place;
        tokens[place] = token;
      }
      slots[s] = place;
      starts[place + 2]++;
    }
    for (let i = 0; i < count; i++) {
      starts[i + 2] += starts[i + 1];
      places[tokens[i]] = -1;
    }
    for (let s = 0; s < length; s++) steps[starts[slots[s] + 1]++] = s;
    this.count = count;
  }

  private reserve(length: number): void {
    if (this.slots.length >= length) return;
    this.slots = allocateInt32(length);
    this.steps = allocateInt32(length);
    const most = Math.min(length, this.places.length);
    this.tokens = allocateInt32(most);
    this.starts = allocateInt32(most + 2);
  }
}
