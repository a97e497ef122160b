import { allocateInt32 } from "../kernels/memory";
import { pow } from "../tensor/accurateMath";
import type { RandomState } from "../tensor/RandomState";

/** What `skipGram` draws from the words of the reviews. */
export interface SamplerOptions {
  /** The largest number of words on each side of a word. */
  readonly window: number;
  /** Samples a word. */
  readonly negatives: number;
  /** t: a word of relative frequency f is kept with probability √(t / f) + t / f; 0 keeps all. */
  readonly subsample: number;
  readonly random: RandomState;
}

/** Entries of the table that samples are drawn from; word2vec has 10⁸, for a larger dictionary. */
const TABLE = 1 << 20;
/** Samples are drawn with the frequency to this power. */
const POWER = 0.75;

/**
 * The random part of skip-gram: which words are kept, how wide each window is, and the negative samples, in the kernels'
 * memory. A piece of the text draws `randomSample(words)` if it is subsampled, then for the words kept
 * `randint(1, window + 1)` each, then `randint(0, 2^20)` for all samples.
 * Source: T. Mikolov et al., "Distributed representations of words and phrases and their compositionality", NIPS 2013,
 * sections 2.2 and 2.3, and their program word2vec.c.
 */
export class SkipGramSampler {
  /** The words kept, and for each where its window begins and ends. */
  readonly words: Int32Array;
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  /** [words, 1 + negatives]: the word itself, then its samples; −1 where the sample is the word itself. */
  readonly targets: Int32Array;
  private readonly options: SamplerOptions;
  private readonly keep: Float64Array;
  private readonly table = new Int32Array(TABLE);

  /**
   * @param counts how often each word occurs.
   * @param capacity words of the longest piece.
   */
  constructor(counts: Float64Array, capacity: number, options: SamplerOptions) {
    const { subsample, negatives } = options;
    this.options = options;
    this.words = allocateInt32(capacity);
    this.firsts = allocateInt32(capacity);
    this.lasts = allocateInt32(capacity);
    this.targets = allocateInt32(capacity * (1 + negatives));
    const total = counts.reduce((sum, count) => sum + count, 0);
    this.keep = counts.map((count) => {
      const ratio = (subsample * total) / count;
      return subsample === 0 || count === 0 ? 1 : Math.sqrt(ratio) + ratio;
    });
    const powers = counts.map((count) => pow(count, POWER));
    const sum = powers.reduce((a, b) => a + b, 0);
    let filled = 0;
    let share = 0;
    for (let word = 0; word < counts.length; word++) {
      share += powers[word];
      const end = Math.round((share / sum) * TABLE);
      this.table.fill(word, filled, end);
      filled = end;
    }
  }

  /**
   * Draws for the next piece of the text; returns how many words of it are kept.
   * @param text words of several sentences, sentence i being `text[bounds[i] .. bounds[i + 1])`.
   */
  draw(text: Int32Array, bounds: ArrayLike<number>): number {
    const { window, random, subsample } = this.options;
    const { words, firsts, lasts } = this;
    const offset = bounds[0];
    const uniforms = subsample === 0 ? undefined : random.randomSample(bounds[bounds.length - 1] - offset);
    let kept = 0;
    for (let sentence = 0; sentence + 1 < bounds.length; sentence++) {
      const start = kept;
      for (let i = bounds[sentence]; i < bounds[sentence + 1]; i++) {
        if (uniforms === undefined || uniforms[i - offset] < this.keep[text[i]]) words[kept++] = text[i];
      }
      firsts.fill(start, start, kept);
      lasts.fill(kept, start, kept);
    }
    const widths = random.randint(1, window + 1, kept);
    for (let c = 0; c < kept; c++) {
      firsts[c] = Math.max(firsts[c], c - widths[c]);
      lasts[c] = Math.min(lasts[c], c + widths[c] + 1);
    }
    this.drawTargets(kept);
    return kept;
  }

  private drawTargets(kept: number): void {
    const { negatives, random } = this.options;
    const { table, targets, words } = this;
    const entries = random.randint(0, TABLE, kept * negatives);
    let at = 0;
    let drawn = 0;
    for (let c = 0; c < kept; c++) {
      const own = words[c];
      targets[at++] = own;
      for (let k = 0; k < negatives; k++) {
        const word = table[entries[drawn++]];
        targets[at++] = word === own ? -1 : word;
      }
    }
  }
}
