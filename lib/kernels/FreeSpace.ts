/** Blocks start at multiples of this many bytes, a cache line, and are as long. */
export const LINE = 64;

/** The sizes of a power of two fall into so many bins. */
const BINS_AN_OCTAVE = 4;
const BINS = 100;
/** How many gaps of a bin are looked at, of which some are shorter than what is asked for. */
const TRIES = 32;

interface Gap {
  pointer: number;
  size: number;
}

/** The gaps between the blocks of a memory, in bins by size. What is taken comes from the smallest bin that has it. */
export class FreeSpace {
  readonly #bins: Gap[][] = Array.from({ length: BINS }, () => []);

  /** Adds a gap, which touches no other. Pointer and size are multiples of LINE. */
  put(pointer: number, size: number): void {
    this.#bins[binOf(size)].push({ pointer, size });
  }

  /** Takes so many bytes from a gap: the pointer, or undefined if there is none as large. */
  take(size: number): number | undefined {
    const own = binOf(size);
    const gaps = this.#bins[own];
    for (let i = gaps.length - 1; i >= 0 && i >= gaps.length - TRIES; i--) {
      if (gaps[i].size >= size) return this.#cut(gaps, i, size);
    }
    for (let bin = own + 1; bin < BINS; bin++) {
      const larger = this.#bins[bin];
      if (larger.length > 0) return this.#cut(larger, larger.length - 1, size);
    }
    return undefined;
  }

  /** How long the longest gap is. */
  longest(): number {
    let longest = 0;
    for (const gaps of this.#bins) for (const { size } of gaps) longest = Math.max(longest, size);
    return longest;
  }

  /** An interrupt between two statements loses the gap until the next sweep; nobody is given it twice. */
  #cut(gaps: Gap[], index: number, size: number): number {
    const gap = gaps[index];
    const { pointer } = gap;
    const last = gaps.pop() as Gap;
    if (last !== gap) gaps[index] = last;
    if (gap.size > size) this.put(pointer + size, gap.size - size);
    return pointer;
  }
}

/** Sizes below 8 lines have a bin each, the larger ones four for each power of two. */
function binOf(size: number): number {
  const lines = size / LINE;
  if (lines < 2 * BINS_AN_OCTAVE) return lines;
  const octave = 31 - Math.clz32(lines);
  return BINS_AN_OCTAVE * (octave - 2) + (lines >>> (octave - 2));
}
