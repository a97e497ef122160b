/* Lists of what is not zero in a matrix, by row and by column, for the products of sparse.ts. */
import { Real } from "./real";
import { at, lanes, word } from "./simd";

/** Columns a block of a row has. That many rows of a factor fit the first-level cache, beside a wide block of results. */
export const BLOCK_K: i32 = 128;

/** Bytes of an entry of a list: a row or column number (int32, at 0) and a value (at VALUE). */
export const ENTRY: usize = 2 * sizeof<Real>();
export const VALUE: usize = sizeof<Real>();

@inline
export function entry(place: i32): usize {
  return (<usize>place) * ENTRY;
}

/** How many blocks of BLOCK_K a row of that length has. */
export function rowBlocks(length: i32): i32 {
  return (length + BLOCK_K - 1) / BLOCK_K;
}

/** Bytes of an entry. */
export function entryBytes(): i32 {
  return <i32>ENTRY;
}

/**
 * Lists what is not zero in rows [r0, r1) of x [·, length]: row i has its entries (column, value) from place
 * i · length on, in ascending order; bounds[i, b] says how many of them stand before block b.
 */
export function nonZeros(r0: i32, r1: i32, length: i32, x: usize, entries: usize, bounds: usize): void {
  const zero = v128.splat<Real>(0);
  const blocks = rowBlocks(length);
  for (let i = r0; i < r1; i++) {
    const row = x + <usize>i * at(length);
    const first = entries + entry(i * length);
    const bound = bounds + <usize>i * word(blocks + 1);
    let next = first, j = 0;
    for (let b = 0; b < blocks; b++) {
      store<i32>(bound + word(b), <i32>((next - first) / ENTRY));
      const end = min(length, (b + 1) * BLOCK_K);
      for (; j + 2 * lanes() <= end; j += 2 * lanes()) {
        const low = v128.ne<Real>(v128.load(row + at(j)), zero), high = v128.ne<Real>(v128.load(row + at(j), 16), zero);
        let mask = sizeof<Real>() == 4
          ? i32x4.bitmask(low) | (i32x4.bitmask(high) << 4)
          : i64x2.bitmask(low) | (i64x2.bitmask(high) << 2);
        while (mask != 0) {
          const column = j + ctz(mask);
          store<i32>(next, column);
          store<Real>(next + VALUE, load<Real>(row + at(column)));
          next += ENTRY;
          mask &= mask - 1;
        }
      }
      for (; j < end; j++) {
        const value = load<Real>(row + at(j));
        if (value == <Real>0) continue;
        store<i32>(next, j);
        store<Real>(next + VALUE, value);
        next += ENTRY;
      }
    }
    store<i32>(bound + word(blocks), <i32>((next - first) / ENTRY));
  }
}

/**
 * The same lists by column: the entries (row, value) of column k stand at starts[k] … starts[k + 1), in ascending
 * order of the row. `starts` has length + 2 entries; the last is working space.
 */
export function byColumn(
  rows: i32, length: i32, entries: usize, bounds: usize, starts: usize, columnEntries: usize,
): void {
  memory.fill(starts, 0, word(length + 2));
  const blocks = rowBlocks(length);
  const ahead = starts + 8;
  for (let i = 0; i < rows; i++) {
    let next = entries + entry(i * length);
    const end = next + entry(load<i32>(bounds + word(i * (blocks + 1) + blocks)));
    for (; next < end; next += ENTRY) {
      const cell = ahead + word(load<i32>(next));
      store<i32>(cell, load<i32>(cell) + 1);
    }
  }
  let sum = 0;
  for (let k = 0; k < length; k++) {
    const cell = ahead + word(k);
    sum += load<i32>(cell);
    store<i32>(cell, sum);
  }
  const cursor = starts + 4;
  for (let i = 0; i < rows; i++) {
    let next = entries + entry(i * length);
    const end = next + entry(load<i32>(bounds + word(i * (blocks + 1) + blocks)));
    for (; next < end; next += ENTRY) {
      const cell = cursor + word(load<i32>(next));
      const place = load<i32>(cell);
      store<i32>(cell, place + 1);
      const target = columnEntries + entry(place);
      store<i32>(target, i);
      store<Real>(target + VALUE, load<Real>(next + VALUE));
    }
  }
}
