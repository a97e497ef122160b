const STATE_WORDS = 624;
const MIDDLE = 397;

/**
 * The Mersenne Twister MT19937: 32-bit words of period 2^19937 − 1, seeded as NumPy's legacy RandomState seeds it.
 * The next 624 words are made and tempered as one block; `pos` counts those already taken from it.
 * Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998, and the 2002 initialisation.
 */
export class MersenneTwister {
  /** The recurrence's 624 words; `pos` of them are used up. Change them only through `restore`. */
  readonly key: Uint32Array = new Uint32Array(STATE_WORDS);
  pos: number = STATE_WORDS;
  /** The 624 words made of the key, from `pos` on still to be given out; for loops that count `pos` themselves. */
  readonly words: Int32Array = new Int32Array(STATE_WORDS);

  /** Starts from one integer in [0, 2^32). */
  seed(seed: number): void {
    const key = this.key;
    key[0] = seed;
    for (let i = 1; i < STATE_WORDS; i++) key[i] = Math.imul(1812433253, mixed(key, i - 1)) + i;
    this.pos = STATE_WORDS;
  }

  /** Starts from any positive number of integers in [0, 2^32). */
  seedFromArray(seeds: ArrayLike<number>): void {
    this.seed(19650218);
    const key = this.key;
    let i = 1;
    let j = 0;
    const advance = (): void => {
      if (++i === STATE_WORDS) {
        key[0] = key[STATE_WORDS - 1];
        i = 1;
      }
    };
    for (let n = Math.max(STATE_WORDS, seeds.length); n > 0; n--) {
      key[i] = (key[i] ^ Math.imul(mixed(key, i - 1), 1664525)) + seeds[j] + j;
      j = (j + 1) % seeds.length;
      advance();
    }
    for (let n = STATE_WORDS - 1; n > 0; n--) {
      key[i] = (key[i] ^ Math.imul(mixed(key, i - 1), 1566083941)) - i;
      advance();
    }
    key[0] = 0x80000000;
  }

  /** Continues from a saved key and position. */
  restore(key: ArrayLike<number>, pos: number): void {
    this.key.set(key);
    this.pos = pos;
    this.#temper();
  }

  /** The next 32 bits, as a signed integer. */
  nextWord(): number {
    if (this.pos === STATE_WORDS) this.refill();
    return this.words[this.pos++];
  }

  /** The next double in [0, 1), a multiple of 2^-53: 27 bits of one word, then 26 of another. */
  nextDouble(): number {
    const high = this.nextWord() >>> 5;
    const low = this.nextWord() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** As `count` calls of nextWord, without making the words. */
  skipWords(count: number): void {
    let pos = this.pos + count;
    if (pos <= STATE_WORDS) {
      this.pos = pos;
      return;
    }
    for (; pos > STATE_WORDS; pos -= STATE_WORDS) this.#twist();
    this.#temper();
    this.pos = pos;
  }

  /** Makes the next 624 words, dropping what is left of the last ones; `pos` is 0 then. */
  refill(): void {
    this.#twist();
    this.#temper();
    this.pos = 0;
  }

  /** Replaces the key by the next 624 words of the recurrence. */
  #twist(): void {
    const key = this.key;
    let word = key[0];
    for (let i = 0; i < STATE_WORDS - MIDDLE; i++) {
      const next = key[i + 1];
      key[i] = key[i + MIDDLE] ^ twisted(word, next);
      word = next;
    }
    for (let i = STATE_WORDS - MIDDLE; i < STATE_WORDS - 1; i++) {
      const next = key[i + 1];
      key[i] = key[i + MIDDLE - STATE_WORDS] ^ twisted(word, next);
      word = next;
    }
    key[STATE_WORDS - 1] = key[MIDDLE - 1] ^ twisted(word, key[0]);
  }

  #temper(): void {
    const key = this.key;
    const words = this.words;
    for (let i = 0; i < STATE_WORDS; i++) {
      let word = key[i];
      word ^= word >>> 11;
      word ^= (word << 7) & 0x9d2c5680;
      word ^= (word << 15) & 0xefc60000;
      words[i] = word ^ (word >>> 18);
    }
  }
}

function mixed(key: Uint32Array, i: number): number {
  return key[i] ^ (key[i] >>> 30);
}

function twisted(word: number, next: number): number {
  const joined = (word & 0x80000000) | (next & 0x7fffffff);
  return (joined >>> 1) ^ (-(next & 1) & 0x9908b0df);
}
