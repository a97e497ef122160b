/*
 * A product with few rows or columns: a tile of C, 3 rows by 3 or 4 vectors, stays in registers. What would not be used often
 * enough is not packed.
 */
import { collides, copyTile, packBlock, packColumns, packRows } from "./packing";
import { Real, WIDE } from "./real";
import { at, lanes, madd } from "./simd";

export const ROWS: i32 = 3;
const VECTORS: i32 = WIDE ? 4 : 3;
const BLOCK_K: i32 = 256;
const BLOCK_M: i32 = 192;
/** Fewer rows than this read B in place. */
const PACK_FROM: i32 = 12;

@inline
export function thinColumns(): i32 {
  return VECTORS * lanes();
}

/** Bytes of scratch: a corner of C, a panel of B and a block of A. */
@inline
export function thinScratch(): i32 {
  return (ROWS + BLOCK_K) * VECTORS * 16 + BLOCK_K * BLOCK_M * sizeof<Real>();
}

/** One tile of C: 3 rows by so many vectors over k steps. r1 and r2 lead from the first row of A to the others. */
@inline
function tile(
  k: i32, a: usize, r1: usize, r2: usize, aStep: usize, b: usize, bStep: usize,
  c: usize, cRow: usize, accumulate: bool,
): void {
  const zero = v128.splat<Real>(0);
  let c00 = zero, c01 = zero, c02 = zero, c03 = zero;
  let c10 = zero, c11 = zero, c12 = zero, c13 = zero;
  let c20 = zero, c21 = zero, c22 = zero, c23 = zero;
  const row1 = c + cRow, row2 = row1 + cRow;
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16); c02 = v128.load(c, 32);
    if (VECTORS > 3) c03 = v128.load(c, 48);
    c10 = v128.load(row1); c11 = v128.load(row1, 16); c12 = v128.load(row1, 32);
    if (VECTORS > 3) c13 = v128.load(row1, 48);
    c20 = v128.load(row2); c21 = v128.load(row2, 16); c22 = v128.load(row2, 32);
    if (VECTORS > 3) c23 = v128.load(row2, 48);
  }
  for (; k > 0; --k) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32);
    const b3 = VECTORS > 3 ? v128.load(b, 48) : zero;
    let s = v128.load_splat<Real>(a);
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02);
    if (VECTORS > 3) c03 = madd(s, b3, c03);
    s = v128.load_splat<Real>(a + r1);
    c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12);
    if (VECTORS > 3) c13 = madd(s, b3, c13);
    s = v128.load_splat<Real>(a + r2);
    c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22);
    if (VECTORS > 3) c23 = madd(s, b3, c23);
    a += aStep;
    b += bStep;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32);
  if (VECTORS > 3) v128.store(c, c03, 48);
  v128.store(row1, c10); v128.store(row1, c11, 16); v128.store(row1, c12, 32);
  if (VECTORS > 3) v128.store(row1, c13, 48);
  v128.store(row2, c20); v128.store(row2, c21, 16); v128.store(row2, c22, 32);
  if (VECTORS > 3) v128.store(row2, c23, 48);
}

/** Arguments as for `matmul`. */
export function thinProduct(
  m0: i32, m1: i32, n0: i32, n1: i32, k: i32,
  transA: bool, a: usize, lda: i32, transB: bool, b: usize, ldb: i32,
  c: usize, ldc: i32, accumulate: bool, scratch: usize,
): void {
  const aRow = at(lda), bRow = at(ldb), cRow = at(ldc);
  const cornerRow: usize = VECTORS * 16;
  const corner = scratch, panel = corner + ROWS * cornerRow, block = panel + BLOCK_K * cornerRow;
  const aNext = transA ? at(1) : aRow;
  const packsA = transA && collides(aRow);
  for (let i0 = m0; i0 < m1; i0 += BLOCK_M) {
    const i1 = min(i0 + BLOCK_M, m1);
    for (let p0 = 0; p0 < k; p0 += BLOCK_K) {
      const depth = min(BLOCK_K, k - p0);
      const adds = accumulate || p0 > 0;
      let aBlock = transA ? a + <usize>p0 * aRow + at(i0) : a + <usize>i0 * aRow + at(p0);
      let aStep = transA ? aRow : at(1);
      if (packsA) {
        packBlock(aBlock, aRow, depth, at(i1 - i0), block, at(BLOCK_M));
        aBlock = block;
        aStep = at(BLOCK_M);
      }
      for (let j = n0; j < n1; j += thinColumns()) {
        const columns = min(thinColumns(), n1 - j);
        const source = transB ? b + <usize>j * bRow + at(p0) : b + <usize>p0 * bRow + at(j);
        let bPanel = panel, bStep = cornerRow;
        if (transB) packColumns(source, bRow, depth, columns, VECTORS, panel);
        else if (i1 - i0 >= PACK_FROM || columns < thinColumns()) packRows(source, bRow, depth, columns, VECTORS, panel);
        else { bPanel = source; bStep = bRow; }
        let aPanel = aBlock, out = c + <usize>i0 * cRow + at(j);
        for (let i = i0; i < i1; i += ROWS) {
          const rows = min(ROWS, i1 - i);
          const r1: usize = rows > 1 ? aNext : 0, r2: usize = rows > 2 ? 2 * aNext : 0;
          if (rows == ROWS && columns == thinColumns()) {
            tile(depth, aPanel, r1, r2, aStep, bPanel, bStep, out, cRow, adds);
          } else {
            if (adds) copyTile(out, cRow, corner, cornerRow, rows, columns);
            tile(depth, aPanel, r1, r2, aStep, bPanel, bStep, corner, cornerRow, adds);
            copyTile(corner, cornerRow, out, cRow, rows, columns);
          }
          aPanel += aNext * ROWS;
          out += cRow * ROWS;
        }
      }
    }
  }
}
