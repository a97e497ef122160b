import { prefetch } from "./prefetch";
import { Real } from "./real";
import { sgd } from "./sgd";
import { at, lanes, word } from "./simd";

/**
 * out[i] = table[source[indices[i]]] for rows [r0, r1): picks rows of bytes and converts them through a table of 256
 * values. Every byte is looked up: a branch on zeros would be mispredicted at the edges of what is in an image.
 */
export function gatherBytes(
  r0: i32, r1: i32, source: usize, indices: usize, length: i32, table: usize, out: usize,
): void {
  for (let i0 = r0; i0 < r1; i0 += AHEAD) {
    const i1 = min(i0 + AHEAD, r1);
    for (let i = i0; i < i1; i++) prefetch(pick(source, indices, i, length), length, out + <usize>i * at(length));
    for (let i = i0; i < i1; i++) convert(pick(source, indices, i, length), length, table, out + <usize>i * at(length));
  }
}

/** Rows that are fetched from memory together: they lie anywhere, and the processor waits for many as long as for one. */
const AHEAD: i32 = 8;

@inline
function pick(source: usize, indices: usize, i: i32, length: i32): usize {
  return source + <usize>load<i32>(indices + word(i)) * <usize>length;
}

/** A function of its own, so that all it needs stays in registers. */
function convert(bytes: usize, count: i32, table: usize, out: usize): void {
  for (; count >= 8; count -= 8) {
    convertOne(bytes, table, out, 0); convertOne(bytes, table, out, 1);
    convertOne(bytes, table, out, 2); convertOne(bytes, table, out, 3);
    convertOne(bytes, table, out, 4); convertOne(bytes, table, out, 5);
    convertOne(bytes, table, out, 6); convertOne(bytes, table, out, 7);
    bytes += 8;
    out += at(8);
  }
  for (; count > 0; count--) {
    convertOne(bytes, table, out, 0);
    bytes++;
    out += at(1);
  }
}

/** out[place] = table[bytes[place]], the value moved as a whole number: those are loaded faster. */
@inline
function convertOne(bytes: usize, table: usize, out: usize, place: i32): void {
  const cell = table + at(load<u8>(bytes + place));
  if (sizeof<Real>() == 4) store<u32>(out + at(place), load<u32>(cell));
  else store<u64>(out + at(place), load<u64>(cell));
}

/** out[i] = source[indices[i]] for rows [r0, r1) of values that need no conversion. */
export function gatherRows(r0: i32, r1: i32, source: usize, indices: usize, length: i32, out: usize): void {
  const bytes = at(length);
  for (let i = r0; i < r1; i++) {
    memory.copy(out + <usize>i * bytes, source + <usize>load<i32>(indices + word(i)) * bytes, bytes);
  }
}

/** out[i] = source[indices[i]] for rows [r0, r1) of whole numbers of 16 bits, as floats. */
export function gatherTokens(r0: i32, r1: i32, source: usize, indices: usize, length: i32, out: usize): void {
  for (let i = r0; i < r1; i++) {
    const row = source + 2 * <usize>load<i32>(indices + word(i)) * <usize>length;
    const target = out + <usize>i * at(length);
    for (let j = 0; j < length; j++) {
      store<Real>(target + at(j), <Real>load<u16>(row + 2 * <usize>j));
    }
  }
}

/** out[r] = Σ x[list[i]] over i from starts[r] to starts[r + 1), in that order, for rows [r0, r1) of `length` values. */
export function sumRows(r0: i32, r1: i32, x: usize, starts: usize, list: usize, length: i32, out: usize): void {
  for (let r = r0; r < r1; r++) {
    const target = out + <usize>r * at(length);
    const first = load<i32>(starts + word(r)), end = load<i32>(starts + word(r + 1));
    if (first == end) {
      memory.fill(target, 0, at(length));
      continue;
    }
    memory.copy(target, x + <usize>load<i32>(list + word(first)) * at(length), at(length));
    for (let i = first + 1; i < end; i++) {
      addRow(target, x + <usize>load<i32>(list + word(i)) * at(length), length);
    }
  }
}

/** out[indices[i]] = x[i], or += x[i], for i in [r0, r1); no index comes twice. */
export function scatterRows(
  r0: i32, r1: i32, x: usize, indices: usize, length: i32, out: usize, accumulate: bool,
): void {
  const bytes = at(length);
  for (let i = r0; i < r1; i++) {
    const target = out + <usize>load<i32>(indices + word(i)) * bytes, row = x + <usize>i * bytes;
    if (accumulate) addRow(target, row, length);
    else memory.copy(target, row, bytes);
  }
}

/** w[indices[i]] −= rate · g[i] for i in [r0, r1), as `sgd` without decay; no index comes twice. */
export function descendRows(
  r0: i32, r1: i32, w: usize, indices: usize, length: i32, g: usize, rate: Real,
): void {
  for (let i = r0; i < r1; i++) {
    sgd(0, length, w + <usize>load<i32>(indices + word(i)) * at(length), g + <usize>i * at(length), rate, 0);
  }
}

@inline
function addRow(target: usize, row: usize, length: i32): void {
  let j = 0;
  for (; j + lanes() <= length; j += lanes()) {
    v128.store(target + at(j), v128.add<Real>(v128.load(target + at(j)), v128.load(row + at(j))));
  }
  for (; j < length; j++) store<Real>(target + at(j), load<Real>(target + at(j)) + load<Real>(row + at(j)));
}
