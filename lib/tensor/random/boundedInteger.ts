import type { MersenneTwister } from "./MersenneTwister";

const WORD = 2 ** 32;

/** Up to this `max`, max − value tells by its sign bit whether to take a value; there is no branch to mispredict. */
const MAX_SIGNED = 2 ** 31 - 1;

/**
 * An integer in [0, max], max < 2^53, each as likely: as many bits as max has, again and again until they are not
 * above it. One word a try, two (high word first) if max needs more than 32 bits, none if max is 0.
 */
export function boundedInteger(generator: MersenneTwister, max: number): number {
  if (max === 0) return 0;
  if (max >= WORD) return boundedWide(generator, max);
  const mask = 0xffffffff >>> Math.clz32(max);
  let value: number;
  do value = (generator.nextWord() & mask) >>> 0;
  while (value > max);
  return value;
}

function boundedWide(generator: MersenneTwister, max: number): number {
  const mask = 0xffffffff >>> Math.clz32(Math.floor(max / WORD));
  let value: number;
  do {
    const high = generator.nextWord() & mask;
    value = high * WORD + (generator.nextWord() >>> 0);
  } while (value > max);
  return value;
}

/** Fills `out` with first + boundedInteger(generator, max), one after the other. */
export function fillBounded(
  generator: MersenneTwister,
  out: Int32Array | Float64Array,
  first: number,
  max: number,
): void {
  if (max === 0 || max > MAX_SIGNED) {
    for (let i = 0; i < out.length; i++) out[i] = first + boundedInteger(generator, max);
    return;
  }
  const mask = 0xffffffff >>> Math.clz32(max);
  const words = generator.words;
  for (let i = 0; i < out.length; ) {
    if (generator.pos === words.length) generator.refill();
    let pos = generator.pos;
    while (pos < words.length && i < out.length) {
      const value = words[pos++] & mask;
      out[i] = first + value;
      i += 1 - ((max - value) >>> 31);
    }
    generator.pos = pos;
  }
}

/** As `count` calls of boundedInteger(generator, max). */
export function skipBounded(generator: MersenneTwister, max: number, count: number): void {
  if (max === 0) return;
  if (max > MAX_SIGNED) {
    for (let i = 0; i < count; i++) boundedInteger(generator, max);
    return;
  }
  const mask = 0xffffffff >>> Math.clz32(max);
  const words = generator.words;
  for (let left = count; left > 0; ) {
    if (generator.pos === words.length) generator.refill();
    let pos = generator.pos;
    while (pos < words.length && left > 0) left -= 1 - ((max - (words[pos++] & mask)) >>> 31);
    generator.pos = pos;
  }
}
