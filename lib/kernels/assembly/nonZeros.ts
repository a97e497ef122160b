/* Lists of what is not zero in a matrix, by row and by column, for the products of sparse.ts. */
import { Real } from "./real";
import { at, lanes, word } from "./simd";

/** Columns a block of a row has: where each begins in the list of the row is written down. */
export const BLOCK_K: i32 = 100;

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
  const blocks = rowBlocks(length);
  for (let i = r0; i < r1; i++) {
    const row = x + <usize>i * at(length);
    const first = entries + entry(i * length);
    const bound = bounds + <usize>i * word(blocks + 1);
    let next = first;
    for (let b = 0; b < blocks; b++) {
      store<i32>(bound + word(b), <i32>((next - first) / ENTRY));
      next = append(row, b * BLOCK_K, min(length, (b + 1) * BLOCK_K), next);
    }
    store<i32>(bound + word(blocks), <i32>((next - first) / ENTRY));
  }
}

/**
 * Writes the entries of columns [j, end) from `next` on. Returns the place behind them. Without a branch, which would
 * be mispredicted: each entry is written, and the next one over it if its value is 0.
 */
function append(row: usize, j: i32, end: i32, next: usize): usize {
  const zero = v128.splat<Real>(0);
  let cell = row + at(j);
  if (sizeof<Real>() == 4) {
    let columns = i32x4.add(i32x4.splat(j), i32x4(0, 1, 2, 3));
    for (; j + 4 <= end; j += 4) {
      const values = v128.load(cell);
      const low = v128.shuffle<f32>(columns, values, 0, 4, 1, 5), high = v128.shuffle<f32>(columns, values, 2, 6, 3, 7);
      const mask = i32x4.bitmask(f32x4.ne(values, zero));
      v128.store_lane<u64>(next, low, 0);
      v128.store_lane<u64>(next + ((mask & 1) << 3), low, 1);
      v128.store_lane<u64>(next + (popcnt(mask & 3) << 3), high, 0);
      v128.store_lane<u64>(next + (popcnt(mask & 7) << 3), high, 1);
      next += popcnt(mask) << 3;
      columns = i32x4.add(columns, i32x4.splat(4));
      cell += 16;
    }
  } else {
    let columns = i64x2.add(i64x2.splat(j), i64x2(0, 1));
    for (; j + 2 <= end; j += 2) {
      const values = v128.load(cell);
      const mask = i64x2.bitmask(f64x2.ne(values, zero));
      v128.store(next, v128.shuffle<f64>(columns, values, 0, 2));
      v128.store(next + ((mask & 1) << 4), v128.shuffle<f64>(columns, values, 1, 3));
      next += popcnt(mask) << 4;
      columns = i64x2.add(columns, i64x2.splat(2));
      cell += 16;
    }
  }
  for (; j < end; j++) {
    const value = load<Real>(cell);
    store<i32>(next, j);
    store<Real>(next + VALUE, value);
    next += <usize>(value != <Real>0) * ENTRY;
    cell += sizeof<Real>();
  }
  return next;
}

/**
 * Bytes from the list of a column to that of the next, for so many rows: a full list, and an odd number of cache lines,
 * so that the lists spread over the sets of the cache.
 */
export function columnBytes(rows: i32): i32 {
  return (<i32>entry(rows) + 63) & ~63 | 64;
}

/**
 * The same lists by column, for blocks [b0, b1) of columns: the entries (row, value) of column k stand from
 * k · columnBytes on up to the pointer ends[k], in ascending order of the row.
 */
export function byColumn(
  b0: i32, b1: i32, rows: i32, length: i32, entries: usize, bounds: usize, ends: usize, columnEntries: usize,
): void {
  const blocks = rowBlocks(length), bytes = columnBytes(rows);
  for (let b = b0; b < b1; b++) {
    const last = min(length, (b + 1) * BLOCK_K);
    for (let k = b * BLOCK_K; k < last; k++) store<usize>(ends + word(k), columnEntries + <usize>k * bytes);
    let bound = bounds + word(b);
    for (let i = 0; i < rows; i++) {
      const first = entries + entry(i * length);
      deal(i, first + entry(load<i32>(bound)), first + entry(load<i32>(bound + 4)), ends);
      bound += word(blocks + 1);
    }
  }
}

/** Appends the entries of row i to the lists of their columns. */
function deal(i: i32, list: usize, end: usize, ends: usize): void {
  for (; list < end; list += ENTRY) {
    if (sizeof<Real>() == 4) {
      const both = load<u64>(list);
      const cell = ends + word(<i32>both);
      const target = load<usize>(cell);
      store<usize>(cell, target + ENTRY);
      store<u64>(target, both >> 32 << 32 | i);
    } else {
      const cell = ends + word(load<i32>(list));
      const target = load<usize>(cell);
      store<usize>(cell, target + ENTRY);
      store<i32>(target, i);
      store<u64>(target, load<u64>(list + VALUE), VALUE);
    }
  }
}
