import { allocateInt32 } from "../../kernels/memory";

/**
 * The different tokens of a batch. Words come again and again (of the 16,384 tokens of 32 reviews about one in five is
 * new), so what depends on the token alone is computed once for each. `LiveTokens` says where each of them stands.
 */
export class DistinctTokens {
  /** How many different tokens there are. */
  count = 0;
  /** The tokens [count], in the order in which they appear first. */
  tokens: Int32Array = allocateInt32(0);
  /** Step s has token tokens[slots[s]]. */
  slots: Int32Array = allocateInt32(0);
  /** The place of each token of the dictionary in `tokens`, or −1. */
  private readonly places: Int32Array;

  constructor(dictSize: number) {
    this.places = new Int32Array(dictSize).fill(-1);
  }

  /** Looks through the tokens list[0] … list[length), all below dictSize. */
  find(list: Int32Array, length: number): void {
    this.reserve(length);
    const { tokens, slots, places } = this;
    let count = 0;
    for (let s = 0; s < length; s++) {
      const token = list[s];
      let place = places[token];
      if (place < 0) {
        place = count++;
        places[token] = place;
        tokens[place] = token;
      }
      slots[s] = place;
    }
    for (let i = 0; i < count; i++) places[tokens[i]] = -1;
    this.count = count;
  }

  private reserve(length: number): void {
    if (this.slots.length >= length) return;
    this.slots = allocateInt32(length);
    this.tokens = allocateInt32(Math.min(length, this.places.length));
  }
}
