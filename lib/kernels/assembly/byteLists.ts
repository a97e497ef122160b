/*
 * Lists of what is not zero in rows of bytes, made once for a dataset: a batch then reads a fifth of its pixels, and
 * lists them as `nonZeros` does without looking at the others. A list is made of numbers of 16 bits: how many entries
 * stand before each block of BLOCK_K columns and how many there are, then the entries: columns passed since the last
 * one << 8 | byte. Where more than 255 columns might be passed, a zero is listed too; it adds nothing to any product.
 */
import { prefetch } from "./prefetch";
import { BLOCK_K, ENTRY, entry, rowBlocks, VALUE } from "./nonZeros";
import { Real } from "./real";
import { at, word } from "./simd";

/** Columns looked at together. */
const GROUP: i32 = 16;
/** How far an entry may lie behind the one before. */
const FURTHEST: i32 = 255;

/** Where number i of the lists stands. */
@inline
function half(i: u32): usize {
  return <usize>i << 1;
}

/**
 * sizes[i] = how many numbers the list of row i of `source` [·, length] may have, for rows [r0, r1): a zero is listed
 * at most every FURTHEST − GROUP columns.
 */
export function listSizes(r0: i32, r1: i32, source: usize, length: i32, sizes: usize): void {
  const rest = rowBlocks(length) + 1 + length / (FURTHEST - GROUP);
  for (let i = r0; i < r1; i++) {
    const row = source + <usize>i * <usize>length;
    let count = rest;
    for (let j = 0; j < length; j += GROUP) count += popcnt(occupied(row, j, length));
    store<i32>(sizes + word(i), count);
  }
}

/** Which of the bytes of a group are not zero, a bit each; those from column `end` on are left out. */
@inline
function occupied(row: usize, j: i32, end: i32): i32 {
  const mask = i8x16.bitmask(i8x16.ne(v128.load(row + j), i8x16.splat(0)));
  return mask & ((1 << min(GROUP, end - j)) - 1);
}

/** Writes the lists of rows [r0, r1) of `source` [·, length]; that of row i begins at number starts[i]. */
export function listBytes(r0: i32, r1: i32, source: usize, length: i32, starts: usize, lists: usize): void {
  const blocks = rowBlocks(length);
  for (let i = r0; i < r1; i++) {
    const row = source + <usize>i * <usize>length;
    const bounds = lists + half(load<u32>(starts + word(i)));
    const first = bounds + half(blocks + 1);
    let next = first, last = 0;
    for (let b = 0; b < blocks; b++) {
      store<u16>(bounds + half(b), <u16>((next - first) >> 1));
      const end = min(length, (b + 1) * BLOCK_K);
      for (let j = b * BLOCK_K; j < end; j += GROUP) {
        let mask = occupied(row, j, end);
        if (j + GROUP - last > FURTHEST) mask |= 1;
        for (; mask != 0; mask &= mask - 1) {
          const column = j + ctz(mask);
          store<u16>(next, <u16>(column - last << 8 | load<u8>(row + column)));
          last = column;
          next += 2;
        }
      }
    }
    store<u16>(bounds + half(blocks), <u16>((next - first) >> 1));
  }
}

/** Rows whose lists are fetched from memory together: they lie anywhere, and waiting for many takes no longer. */
const AHEAD: i32 = 16;

/**
 * The lists of rows indices[r0 … r1) in the form of `nonZeros`, with table[byte] for each byte; table[0] is 0. What
 * table makes 0 of other bytes is listed as well.
 */
export function pickLists(
  r0: i32, r1: i32, starts: usize, lists: usize, indices: usize, length: i32, table: usize, entries: usize, bounds: usize,
): void {
  const blocks = rowBlocks(length);
  for (let i0 = r0; i0 < r1; i0 += AHEAD) {
    const i1 = min(i0 + AHEAD, r1);
    for (let i = i0; i < i1; i++) {
      const start = starts + word(load<i32>(indices + word(i)));
      const first = load<u32>(start), end = load<u32>(start, 4);
      prefetch(lists + half(first), <i32>half(end - first), entries + entry(i * length));
    }
    for (let i = i0; i < i1; i++) {
      const list = lists + half(load<u32>(starts + word(load<i32>(indices + word(i)))));
      const bound = bounds + <usize>i * word(blocks + 1);
      for (let b = 0; b <= blocks; b++) store<i32>(bound + word(b), load<u16>(list + half(b)));
      convert(list + half(blocks + 1), load<u16>(list + half(blocks)), table, entries + entry(i * length));
    }
  }
}

/** Writes `count` entries (column, table[byte]) from `next` on; four at a time, as V8 looks for an interrupt in each turn. */
function convert(list: usize, count: u32, table: usize, next: usize): void {
  const end = list + half(count);
  let column = 0;
  for (; list + 8 <= end; list += 8) {
    const four = load<u64>(list);
    column = convertOne(<i32>four & 0xffff, column, table, next);
    column = convertOne(<i32>(four >> 16) & 0xffff, column, table, next + ENTRY);
    column = convertOne(<i32>(four >> 32) & 0xffff, column, table, next + 2 * ENTRY);
    column = convertOne(<i32>(four >> 48), column, table, next + 3 * ENTRY);
    next += 4 * ENTRY;
  }
  for (; list < end; list += 2) {
    column = convertOne(load<u16>(list), column, table, next);
    next += ENTRY;
  }
}

/** Writes one entry, so many columns behind `column`; returns its column. */
@inline
function convertOne(both: i32, column: i32, table: usize, next: usize): i32 {
  const cell = table + at(both & 255);
  column += both >> 8;
  if (sizeof<Real>() == 4) {
    store<u64>(next, <u64>load<u32>(cell) << 32 | column);
  } else {
    store<i32>(next, column);
    store<u64>(next, load<u64>(cell), VALUE);
  }
  return column;
}
