import { Real } from "./real";
import { at, word } from "./simd";

/**
 * out[i] = table[source[indices[i]]] for rows [r0, r1): picks rows of bytes and converts them through a
 * table of 256 values. Where byte 0 becomes 0, only the other bytes are looked up.
 */
export function gatherBytes(
  r0: i32, r1: i32, source: usize, indices: usize, length: i32, table: usize, out: usize,
): void {
  const keepsZero = load<Real>(table) == <Real>0;
  const zero = v128.splat<Real>(0);
  for (let i = r0; i < r1; i++) {
    const row = source + <usize>load<i32>(indices + word(i)) * <usize>length;
    const target = out + <usize>i * at(length);
    let j = 0;
    if (keepsZero) {
      for (; j + 16 <= length; j += 16) {
        const block = target + at(j);
        for (let v: usize = 0; v < 16 * sizeof<Real>(); v += 16) v128.store(block + v, zero);
        let mask = i8x16.bitmask(i8x16.ne(v128.load(row + j), i8x16.splat(0)));
        while (mask != 0) {
          const place = ctz(mask);
          store<Real>(block + at(place), load<Real>(table + at(load<u8>(row + j + place))));
          mask &= mask - 1;
        }
      }
    }
    for (; j < length; j++) store<Real>(target + at(j), load<Real>(table + at(load<u8>(row + j))));
  }
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
