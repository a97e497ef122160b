/*
 * Products that read only the non-zero values of X. A product with 0 adds nothing, and the sums below
 * run in the same order as the dense ones, so the results are equal to the bit (for finite factors).
 */
import { BLOCK_K, ENTRY, entry, rowBlocks, VALUE } from "./nonZeros";
import { Real } from "./real";
import { descend } from "./sgd";
import { at, lanes, madd, word } from "./simd";

/** The widest block of columns: eight accumulators, as many as hide the latency of a multiply-add. */
const WIDE: i32 = 8;
const NARROW: i32 = 4;
/** Rows of results that are summed up together. */
const BLOCK_ROWS: i32 = 128;

/** Bytes of scratch for a factor of that many rows: one wide block of it, packed, and a block of results. */
export function sparseScratch(rows: i32): i32 {
  return (max(rows, BLOCK_K) + BLOCK_ROWS) * WIDE * 16;
}

/** Copies `rows` rows of one block behind each other. */
@inline
function packBlock(from: usize, fromRow: usize, rows: i32, to: usize, bytes: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let v: usize = 0; v < bytes; v += 16) v128.store(to + v, v128.load(from + v));
    from += fromRow;
    to += bytes;
  }
}

/** Copies some values, whole vectors first. */
@inline
export function copyValues(from: usize, to: usize, count: i32): void {
  let j = 0;
  for (; j + lanes() <= count; j += lanes()) v128.store(to + at(j), v128.load(from + at(j)));
  for (; j < count; j++) store<Real>(to + at(j), load<Real>(from + at(j)));
}

/*
 * The two innermost loops are functions of their own, not inlined: V8 unrolls a small loop the more the deeper it is
 * nested, and an unrolled one runs out of registers (measured: a quarter slower).
 */

/** out (+)= Σ over the entries of value · factor[number], eight vectors at a time. */
function wideSum(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, accumulate: bool,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  if (accumulate) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out, 48);
    s4 = v128.load(out, 64); s5 = v128.load(out, 80); s6 = v128.load(out, 96); s7 = v128.load(out, 112);
  }
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const w = factor + <usize>load<i32>(list) * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w, 48), s3);
    s4 = madd(x, v128.load(w, 64), s4); s5 = madd(x, v128.load(w, 80), s5);
    s6 = madd(x, v128.load(w, 96), s6); s7 = madd(x, v128.load(w, 112), s7);
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out, s3, 48);
  v128.store(out, s4, 64); v128.store(out, s5, 80); v128.store(out, s6, 96); v128.store(out, s7, 112);
}

/** The same, four vectors at a time. */
function narrowSum(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, accumulate: bool,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
  if (accumulate) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out, 48);
  }
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const w = factor + <usize>load<i32>(list) * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w, 48), s3);
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out, s3, 48);
}

@inline
export function sumEntries(
  bytes: usize, list: usize, end: usize, factor: usize, factorRow: usize, out: usize, accumulate: bool,
): void {
  if (bytes == WIDE * 16) wideSum(list, end, factor, factorRow, out, accumulate);
  else narrowSum(list, end, factor, factorRow, out, accumulate);
}

/** Rows a power of two apart fall into the same few cache sets: such a factor is packed first. */
@inline
function collides(rowBytes: usize): bool {
  return (rowBytes & 1023) == 0;
}

/** Bytes a row of the block of columns that begins where so many are left: a wide one, or a narrow one for the tail. */
@inline
export function blockBytes(left: i32): usize {
  return (left > NARROW * lanes() ? WIDE : NARROW) * 16;
}

/**
 * Y = X·W for rows [r0, r1) and columns [n0, n1); X is [·, k], listed by `nonZeros`. The results of a block of rows
 * are summed up behind each other in scratch, where they do not push each other out of the cache.
 */
export function sparseMatmul(
  r0: i32, r1: i32, n0: i32, n1: i32, k: i32, entries: usize, bounds: usize,
  w: usize, ldw: i32, y: usize, ldy: i32, scratch: usize,
): void {
  const blocks = rowBlocks(k);
  const packs = collides(at(ldw));
  for (let j = n0; j < n1; ) {
    const bytes = blockBytes(n1 - j);
    const width = min(<i32>(bytes / sizeof<Real>()), n1 - j);
    const sums = scratch + <usize>BLOCK_K * bytes;
    for (let i0 = r0; i0 < r1; i0 += BLOCK_ROWS) {
      const i1 = min(i0 + BLOCK_ROWS, r1);
      for (let b = 0; b < blocks; b++) {
        const k0 = b * BLOCK_K;
        let factor = w + <usize>k0 * at(ldw) + at(j), factorRow = at(ldw);
        if (packs) {
          packBlock(factor, factorRow, min(BLOCK_K, k - k0), scratch, bytes);
          factor = scratch;
          factorRow = bytes;
        }
        factor -= <usize>k0 * factorRow;
        let sum = sums, bound = bounds + word(i0 * (blocks + 1) + b);
        for (let i = i0; i < i1; i++) {
          const first = entries + entry(i * k);
          const list = first + entry(load<i32>(bound)), end = first + entry(load<i32>(bound + 4));
          if (list < end || b == 0) sumEntries(bytes, list, end, factor, factorRow, sum, b > 0);
          sum += bytes;
          bound += word(blocks + 1);
        }
      }
      for (let i = i0; i < i1; i++) {
        copyValues(sums + <usize>(i - i0) * bytes, y + <usize>i * at(ldy) + at(j), width);
      }
    }
    j += width;
  }
}

/** dW (+)= Xᵀ·dY for rows [k0, k1) and columns [n0, n1) of dW; X has `rows` rows, listed by `byColumn`. */
export function sparseGradient(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, starts: usize, entries: usize,
  dy: usize, ldy: i32, dw: usize, ldw: i32, accumulate: bool, scratch: usize,
): void {
  for (let j = n0; j < n1; ) {
    const bytes = blockBytes(n1 - j);
    const width = min(<i32>(bytes / sizeof<Real>()), n1 - j);
    const whole = at(width) == bytes;
    let factor = dy + at(j), factorRow = at(ldy);
    const spare = scratch + <usize>rows * bytes;
    if (collides(factorRow)) {
      packBlock(factor, factorRow, rows, scratch, bytes);
      factor = scratch;
      factorRow = bytes;
    }
    for (let k = k0; k < k1; k++) {
      const start = load<i32>(starts + word(k)), count = load<i32>(starts + word(k + 1)) - start;
      if (accumulate && count == 0) continue;
      const list = entries + entry(start);
      const target = dw + <usize>k * at(ldw) + at(j), result = whole ? target : spare;
      if (!whole && accumulate) copyValues(target, spare, width);
      sumEntries(bytes, list, list + entry(count), factor, factorRow, result, accumulate);
      if (!whole) copyValues(spare, target, width);
    }
    j += width;
  }
}

/**
 * W ← W − rate · (dW + decay · W) with dW = Xᵀ·dY, the gradient never written to memory. Arguments as for
 * `sparseGradient`; the results are those of `sparseGradient` and `sgd` one after the other. Rows of W whose column
 * of X is all zero stay as they are if nothing decays.
 */
export function sparseDescent(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, starts: usize, entries: usize,
  dy: usize, ldy: i32, w: usize, ldw: i32, rate: Real, decay: Real, scratch: usize,
): void {
  const minusRate = v128.splat<Real>(-rate), decays = v128.splat<Real>(decay);
  for (let j = n0; j < n1; ) {
    const bytes = blockBytes(n1 - j);
    const width = min(<i32>(bytes / sizeof<Real>()), n1 - j);
    const whole = at(width) == bytes;
    let factor = dy + at(j), factorRow = at(ldy);
    const sums = scratch + <usize>rows * bytes;
    if (collides(factorRow)) {
      packBlock(factor, factorRow, rows, scratch, bytes);
      factor = scratch;
      factorRow = bytes;
    }
    for (let k = k0; k < k1; k++) {
      const start = load<i32>(starts + word(k)), count = load<i32>(starts + word(k + 1)) - start;
      if (count == 0 && decay == <Real>0) continue;
      const list = entries + entry(start);
      sumEntries(bytes, list, list + entry(count), factor, factorRow, sums, false);
      const target = w + <usize>k * at(ldw) + at(j), result = whole ? target : sums;
      for (let v: usize = 0; v < bytes; v += 16) {
        v128.store(result + v, descend(v128.load(target + v), v128.load(sums + v), minusRate, decays));
      }
      if (!whole) copyValues(sums, target, width);
    }
    j += width;
  }
}
