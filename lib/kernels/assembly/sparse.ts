/*
 * Products that read only the non-zero values of X. A product with 0 adds nothing, and the sums below
 * run in the same order as the dense ones, so the results are equal to the bit (for finite factors).
 */
import { addBiasTo } from "./elementwise";
import { FEW_ROWS, sumRow } from "./fewRows";
import { BLOCK_K, columnBytes, entry, rowBlocks } from "./nonZeros";
import { collides, copyValues, packBlock, straddles } from "./packing";
import { Real } from "./real";
import { at, lanes, word } from "./simd";
import { ADD, DESCEND, STORE, sumEntries, WIDEST } from "./sumEntries";

/** How many vectors wide a block of columns is where that leaves no rest. */
const USUAL: i32 = WIDEST - 1;
/** Rows of results that are summed up together. */
const BLOCK_ROWS: i32 = 128;
/**
 * Blocks of a row that make one sum, so that the rows of the factor it reads stay in the nearest caches. (Fewer, to fit
 * the first-level cache alone, make shorter sums, and those cost more.)
 */
const BLOCKS: i32 = 4;

/** Bytes of scratch for a factor of that many rows: a block of its columns, packed, a block of results, two constants. */
export function sparseScratch(rows: i32): i32 {
  return (max(rows, BLOCKS * BLOCK_K) + BLOCK_ROWS) * WIDEST * 16 + 32;
}

/**
 * How many vectors wide the block of columns is that begins where so many columns are left: 12 or, as often as that
 * leaves no rest, 13; at the end 8 or 4.
 */
@inline
function blockVectors(left: i32): i32 {
  const vectors = (left + lanes() - 1) / lanes(), rest = vectors % USUAL;
  if (vectors <= 4) return 4;
  if (vectors <= 8 || vectors == 16) return 8;
  return rest > 0 && rest <= vectors / USUAL ? WIDEST : USUAL;
}

/**
 * Y = X·W + bias, or max(0, X·W + bias), for rows [r0, r1) and columns [n0, n1); X is [·, k], listed by `nonZeros`.
 * The results of a block of rows are summed up behind each other in scratch, where they do not push each other out of
 * the cache.
 */
export function sparseMatmul(
  r0: i32, r1: i32, n0: i32, n1: i32, k: i32, entries: usize, bounds: usize,
  w: usize, ldw: i32, bias: usize, rectify: bool, y: usize, ldy: i32, scratch: usize,
): void {
  const blocks = rowBlocks(k);
  const packs = collides(at(ldw));
  if (r1 - r0 <= (packs ? FEW_ROWS : 1)) {
    for (let i = r0; i < r1; i++) {
      const first = entries + entry(i * k), end = first + entry(load<i32>(bounds + word(i * (blocks + 1) + blocks)));
      sumRow(first, end, n0, n1, w, ldw, bias, rectify, y + <usize>i * at(ldy), scratch);
    }
    return;
  }
  for (let j = n0; j < n1; ) {
    const vectors = blockVectors(n1 - j);
    const bytes = <usize>vectors * 16;
    const width = min(vectors * lanes(), n1 - j);
    const sums = scratch + <usize>(BLOCKS * BLOCK_K) * bytes;
    for (let i0 = r0; i0 < r1; i0 += BLOCK_ROWS) {
      const i1 = min(i0 + BLOCK_ROWS, r1);
      for (let b = 0; b < blocks; b += BLOCKS) {
        const next = word(min(BLOCKS, blocks - b));
        const k0 = b * BLOCK_K;
        let factor = w + <usize>k0 * at(ldw) + at(j), factorRow = at(ldw);
        if (packs) {
          packBlock(factor, factorRow, min(BLOCKS * BLOCK_K, k - k0), bytes, scratch, bytes);
          factor = scratch;
          factorRow = bytes;
        }
        factor -= <usize>k0 * factorRow;
        let sum = sums, bound = bounds + word(i0 * (blocks + 1) + b);
        for (let i = i0; i < i1; i++) {
          const first = entries + entry(i * k);
          const list = first + entry(load<i32>(bound)), end = first + entry(load<i32>(bound + next));
          if (b == 0) sumEntries(bytes, list, end, factor, factorRow, sum, bytes - 16, STORE, 0, 0);
          else if (list < end) sumEntries(bytes, list, end, factor, factorRow, sum, bytes - 16, ADD, 0, 0);
          sum += bytes;
          bound += word(blocks + 1);
        }
      }
      for (let i = i0; i < i1; i++) {
        const row = y + <usize>i * at(ldy) + at(j);
        addBiasTo(sums + <usize>(i - i0) * bytes, width, bias + at(j), row, rectify);
      }
    }
    j += width;
  }
}

/**
 * dW (+)= Xᵀ·dY for rows [k0, k1) and columns [n0, n1) of dW; X has `rows` rows, listed by `byColumn`. Where nothing is
 * added to, the sums of each row begin from the values at `base`, one a column, unless that is 0.
 */
export function sparseGradient(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, ends: usize, entries: usize,
  dy: usize, ldy: i32, dw: usize, ldw: i32, base: usize, accumulate: bool, scratch: usize,
): void {
  const mode = accumulate ? ADD : STORE;
  transposed(k0, k1, n0, n1, rows, ends, entries, dy, ldy, dw, ldw, mode, accumulate, base, scratch);
}

/**
 * W ← W − rate · (dW + decay · W) with dW = Xᵀ·dY, the gradient never written to memory. Arguments as for
 * `sparseGradient`; the results are those of `sparseGradient` and `sgd` one after the other. Rows of W whose column
 * of X is all zero stay as they are if nothing decays and the sums begin from 0.
 */
export function sparseDescent(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, ends: usize, entries: usize,
  dy: usize, ldy: i32, w: usize, ldw: i32, base: usize, rate: Real, decay: Real, scratch: usize,
): void {
  v128.store(scratch, v128.splat<Real>(-rate));
  v128.store(scratch, v128.splat<Real>(decay), 16);
  const skips = decay == <Real>0 && base == 0;
  transposed(k0, k1, n0, n1, rows, ends, entries, dy, ldy, w, ldw, DESCEND, skips, base, scratch);
}

/** Xᵀ·dY into `out` as `mode` of `sumEntries` says; `skips` if a column of X that is all zero changes nothing. */
function transposed(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, ends: usize, entries: usize,
  dy: usize, ldy: i32, out: usize, ldo: i32, mode: i32, skips: bool, base: usize, scratch: usize,
): void {
  const spare = scratch + 32, packed = spare + WIDEST * 16, listBytes = <usize>columnBytes(rows);
  for (let j = n0; j < n1; ) {
    const vectors = blockVectors(n1 - j);
    const bytes = <usize>vectors * 16;
    const width = min(vectors * lanes(), n1 - j);
    // The last vector may begin within the one before it, so that it ends with the row; a shorter row is copied.
    const direct = width > (vectors - 1) * lanes();
    const last = direct ? at(width) - 16 : bytes - 16;
    const start = base == 0 ? 0 : base + at(j);
    let factor = dy + at(j), factorRow = at(ldy);
    if (collides(factorRow) || straddles(factorRow)) {
      packBlock(factor, factorRow, rows, bytes, packed, bytes);
      factor = packed;
      factorRow = bytes;
    }
    for (let k = k0; k < k1; k++) {
      const list = entries + <usize>k * listBytes, end = load<usize>(ends + word(k));
      if (skips && list == end) continue;
      const target = out + <usize>k * at(ldo) + at(j);
      if (direct) sumEntries(bytes, list, end, factor, factorRow, target, last, mode, scratch, start);
      else {
        copyValues(target, spare, width);
        sumEntries(bytes, list, end, factor, factorRow, spare, last, mode, scratch, start);
        copyValues(spare, target, width);
      }
    }
    j += width;
  }
}
