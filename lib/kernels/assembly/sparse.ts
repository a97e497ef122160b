/*
 * Products that read only the non-zero values of X. A product with 0 adds nothing, and the sums below
 * run in the same order as the dense ones, so the results are equal to the bit (for finite factors).
 */
import { Real } from "./real";
import { at, lanes, madd, word } from "./simd";

/** The widest block of columns: eight accumulators, as many as hide the latency of a multiply-add. */
const WIDE: i32 = 8;
const NARROW: i32 = 4;

/** Bytes of scratch for a factor of that many rows: one wide block of it, packed, and one row of results. */
export function sparseScratch(rows: i32): i32 {
  return (rows + 1) * WIDE * 16;
}

/** Lists, for rows [r0, r1), the columns that are not zero: columns[i, 0…counts[i]). Returns how many there are. */
export function nonZeros(r0: i32, r1: i32, length: i32, x: usize, columns: usize, counts: usize): i32 {
  let total = 0;
  const zero = v128.splat<Real>(0);
  for (let i = r0; i < r1; i++) {
    const row = x + <usize>i * at(length);
    const list = columns + <usize>i * word(length);
    let next = list;
    let j = 0;
    for (; j + 2 * lanes() <= length; j += 2 * lanes()) {
      const a = v128.ne<Real>(v128.load(row + at(j)), zero), b = v128.ne<Real>(v128.load(row + at(j), 16), zero);
      let mask = sizeof<Real>() == 4
        ? i32x4.bitmask(a) | (i32x4.bitmask(b) << 4)
        : i64x2.bitmask(a) | (i64x2.bitmask(b) << 2);
      while (mask != 0) {
        store<i32>(next, j + ctz(mask));
        next += 4;
        mask &= mask - 1;
      }
    }
    for (; j < length; j++) {
      store<i32>(next, j);
      next += load<Real>(row + at(j)) != <Real>0 ? 4 : 0;
    }
    const count = <i32>((next - list) >> 2);
    store<i32>(counts + word(i), count);
    total += count;
  }
  return total;
}

/**
 * The same list by column: the rows and values of column k stand at starts[k] … starts[k + 1), in ascending
 * order of the row. `starts` has length + 2 entries; the last is working space.
 */
export function byColumn(
  rows: i32, length: i32, x: usize, columns: usize, counts: usize, starts: usize, rowsOf: usize, valuesOf: usize,
): void {
  memory.fill(starts, 0, word(length + 2));
  const ahead = starts + 8;
  for (let i = 0; i < rows; i++) {
    const list = columns + <usize>i * word(length);
    const count = load<i32>(counts + word(i));
    for (let j = 0; j < count; j++) {
      const cell = ahead + word(load<i32>(list + word(j)));
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
    const list = columns + <usize>i * word(length);
    const row = x + <usize>i * at(length);
    const count = load<i32>(counts + word(i));
    for (let j = 0; j < count; j++) {
      const k = load<i32>(list + word(j));
      const cell = cursor + word(k);
      const place = load<i32>(cell);
      store<i32>(cell, place + 1);
      store<i32>(rowsOf + word(place), i);
      store<Real>(valuesOf + at(place), load<Real>(row + at(k)));
    }
  }
}

/** Copies `rows` rows of `columns` values (at most a block) behind each other, filled up with zeros to `bytes` a row. */
@inline
function packBlock(from: usize, fromRow: usize, rows: i32, columns: i32, to: usize, bytes: usize): void {
  for (let i = 0; i < rows; i++) {
    if (at(columns) == bytes) {
      for (let v: usize = 0; v < bytes; v += 16) v128.store(to + v, v128.load(from + v));
    } else {
      memory.fill(to, 0, bytes);
      for (let j = 0; j < columns; j++) store<Real>(to + at(j), load<Real>(from + at(j)));
    }
    from += fromRow;
    to += bytes;
  }
}

/** out (+)= Σ over the list of value · factor[index]: eight vectors at a time. */
@inline
function wideSum(
  list: usize, count: i32, values: usize, indexed: bool, factor: usize, factorRow: usize, out: usize, accumulate: bool,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  if (accumulate) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out, 48);
    s4 = v128.load(out, 64); s5 = v128.load(out, 80); s6 = v128.load(out, 96); s7 = v128.load(out, 112);
  }
  for (let j = 0; j < count; j++) {
    const index = load<i32>(list + word(j));
    const x = v128.load_splat<Real>(values + at(indexed ? index : j));
    const w = factor + <usize>index * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w, 48), s3);
    s4 = madd(x, v128.load(w, 64), s4); s5 = madd(x, v128.load(w, 80), s5);
    s6 = madd(x, v128.load(w, 96), s6); s7 = madd(x, v128.load(w, 112), s7);
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out, s3, 48);
  v128.store(out, s4, 64); v128.store(out, s5, 80); v128.store(out, s6, 96); v128.store(out, s7, 112);
}

/** The same, four vectors at a time. */
@inline
function narrowSum(
  list: usize, count: i32, values: usize, indexed: bool, factor: usize, factorRow: usize, out: usize, accumulate: bool,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
  if (accumulate) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out, 48);
  }
  for (let j = 0; j < count; j++) {
    const index = load<i32>(list + word(j));
    const x = v128.load_splat<Real>(values + at(indexed ? index : j));
    const w = factor + <usize>index * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w, 48), s3);
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out, s3, 48);
}

/** Rows a power of two apart fall into the same few cache sets: such a factor is packed first. */
@inline
function collides(rowBytes: usize): bool {
  return (rowBytes & 1023) == 0;
}

/** One block of columns for all rows [r0, r1) of the result, through `wideSum` or `narrowSum`. */
@inline
function block(
  vectors: i32, r0: i32, r1: i32, columns: i32, byRow: bool, lists: usize, counts: usize, values: usize, length: i32,
  factorRows: i32, factor: usize, factorRow: usize, out: usize, outRow: usize, accumulate: bool, scratch: usize,
): void {
  const bytes: usize = vectors * 16;
  const whole = at(columns) == bytes;
  const spare = scratch + <usize>factorRows * bytes;
  if (!whole || collides(factorRow)) {
    packBlock(factor, factorRow, factorRows, columns, scratch, bytes);
    factor = scratch;
    factorRow = bytes;
  }
  for (let i = r0; i < r1; i++) {
    const target = out + <usize>i * outRow;
    const start = byRow ? i * length : load<i32>(counts + word(i));
    const count = byRow ? load<i32>(counts + word(i)) : load<i32>(counts + word(i + 1)) - start;
    if (accumulate && count == 0) continue;
    const result = whole ? target : spare;
    if (!whole && accumulate) memory.copy(spare, target, at(columns));
    if (vectors == WIDE) {
      wideSum(lists + word(start), count, values + at(start), byRow, factor, factorRow, result, accumulate);
    } else {
      narrowSum(lists + word(start), count, values + at(start), byRow, factor, factorRow, result, accumulate);
    }
    if (!whole) {
      for (let j = 0; j < columns; j++) store<Real>(target + at(j), load<Real>(spare + at(j)));
    }
  }
}

/** All columns [n0, n1), in wide blocks and what is left in a narrow or a padded one. */
@inline
function blocks(
  r0: i32, r1: i32, n0: i32, n1: i32, byRow: bool, lists: usize, counts: usize, values: usize, length: i32,
  factorRows: i32, factor: usize, ldf: i32, out: usize, ldo: i32, accumulate: bool, scratch: usize,
): void {
  const wide = WIDE * lanes(), narrow = NARROW * lanes();
  for (let j = n0; j < n1; ) {
    const left = n1 - j;
    if (left > narrow) {
      block(WIDE, r0, r1, min(left, wide), byRow, lists, counts, values, length, factorRows,
        factor + at(j), at(ldf), out + at(j), at(ldo), accumulate, scratch);
      j += wide;
    } else {
      block(NARROW, r0, r1, left, byRow, lists, counts, values, length, factorRows,
        factor + at(j), at(ldf), out + at(j), at(ldo), accumulate, scratch);
      j += narrow;
    }
  }
}

/** Y = X·W for rows [r0, r1) and columns [n0, n1); X is [·, k] with its non-zero columns listed by row. */
export function sparseMatmul(
  r0: i32, r1: i32, n0: i32, n1: i32, k: i32, x: usize, columns: usize, counts: usize,
  w: usize, ldw: i32, y: usize, ldy: i32, scratch: usize,
): void {
  blocks(r0, r1, n0, n1, true, columns, counts, x, k, k, w, ldw, y, ldy, false, scratch);
}

/** dW (+)= Xᵀ·dY for rows [k0, k1) and columns [n0, n1) of dW; X has `rows` rows, listed by column. */
export function sparseGradient(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, starts: usize, rowsOf: usize, valuesOf: usize,
  dy: usize, ldy: i32, dw: usize, ldw: i32, accumulate: bool, scratch: usize,
): void {
  blocks(k0, k1, n0, n1, false, rowsOf, starts, valuesOf, 0, rows, dy, ldy, dw, ldw, accumulate, scratch);
}
