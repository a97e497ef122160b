import { largeColumns, largeProduct, largeScratch, ROWS as LARGE_TILE_ROWS } from "./largeProduct";
import { Real } from "./real";
import { at } from "./simd";
import { ROWS as THIN_ROWS, thinColumns, thinProduct, thinScratch } from "./thinProduct";

/** With fewer rows, or fewer columns, packing takes longer than it saves; rows that are stored as columns gain more. */
const LARGE_ROWS: i32 = 12;
const LARGE_COLUMNS: i32 = 96;
const LARGE_TRANSPOSED: i32 = 48;

/** Bytes of scratch one caller of `matmul` needs. */
export function matmulScratch(): i32 {
  return max(largeScratch(), thinScratch());
}

/** The rows and columns of a tile for a product of so many rows: what one thread does is a multiple of them. */
export function tileRows(rows: i32): i32 {
  return rows < LARGE_ROWS ? THIN_ROWS : LARGE_TILE_ROWS;
}
export function tileColumns(rows: i32): i32 {
  return rows < LARGE_ROWS ? thinColumns() : largeColumns();
}

/**
 * C = A·B (+ C) for row-major A, B and C, either factor transposed: rows [m0, m1) and columns [n0, n1) of C; lda, ldb
 * and ldc are in elements. Every element of C is one chain of multiply-adds over k in ascending order, whatever the
 * blocking, the tails or the number of threads.
 */
export function matmul(
  m0: i32, m1: i32, n0: i32, n1: i32, k: i32,
  transA: bool, a: usize, lda: i32, transB: bool, b: usize, ldb: i32,
  c: usize, ldc: i32, accumulate: bool, scratch: usize,
): void {
  if (k == 0) {
    if (accumulate) return;
    for (let i = m0; i < m1; i++) memory.fill(c + <usize>i * at(ldc) + at(n0), 0, at(n1 - n0));
  } else if (m1 - m0 >= LARGE_ROWS && n1 - n0 >= (transA ? LARGE_TRANSPOSED : LARGE_COLUMNS)) {
    largeProduct(m0, m1, n0, n1, k, transA, a, lda, transB, b, ldb, c, ldc, accumulate, scratch);
  } else {
    thinProduct(m0, m1, n0, n1, k, transA, a, lda, transB, b, ldb, c, ldc, accumulate, scratch);
  }
}
