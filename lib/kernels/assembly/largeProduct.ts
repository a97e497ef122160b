/*
 * A product with many rows and columns, cut the way BLIS cuts it (Van Zee and van de Geijn, ACM TOMS 41(3), 2015): a
 * block of A that stays in the second-level cache, a panel of B that stays in the first, and a tile of C, 6 rows by 2
 * vectors, that stays in registers. Both factors are packed in the order in which the tile reads them.
 */
import { prefetch } from "./prefetch";
import { copyTile, packColumns, packRows, packTiles, packTransposedTiles } from "./packing";
import { Real, WIDE } from "./real";
import { at, lanes, madd } from "./simd";

export const ROWS: i32 = WIDE ? 5 : 6;
const SHORT_ROWS: i32 = 4;
const VECTORS: i32 = WIDE ? 4 : 2;
const BLOCK_K: i32 = 400;
/** Values of a block of A: the fewer its columns, the more rows it has, as B is packed again for each block. */
const BLOCK: i32 = 192 * BLOCK_K;
/** Panels of B that are packed together: enough to read B along its rows, few enough to stay near. */
const PANELS: i32 = 8;
/** A B of so many bytes comes from beyond the second-level cache, and its lines are asked for before they are packed. */
const FAR: usize = 1 << 20;

@inline
export function largeColumns(): i32 {
  return VECTORS * lanes();
}

/** Bytes of scratch: a corner of C, panels of B and a block of A. */
@inline
export function largeScratch(): i32 {
  return (ROWS * VECTORS + PANELS * VECTORS * BLOCK_K) * 16 + BLOCK * sizeof<Real>();
}

/**
 * One tile of C over k steps. A function of its own: with the loops around it V8 runs out of registers. 12 sums hide the
 * latency of a multiply-add, and 8 loads serve 12 of them.
 */
function tile(k: i32, a: usize, b: usize, c: usize, cRow: usize, accumulate: bool): void {
  sumTile(ROWS, k, a, b, c, cRow, accumulate);
}

/** A tile where at most four rows are left: with fewer sums than these 8 the latency would show. */
function shortTile(k: i32, a: usize, b: usize, c: usize, cRow: usize, accumulate: bool): void {
  sumTile(SHORT_ROWS, k, a, b, c, cRow, accumulate);
}

/** The body of both, for that many rows; what is not needed is not compiled. */
@inline
function sumTile(rows: i32, k: i32, a: usize, b: usize, c: usize, cRow: usize, accumulate: bool): void {
  const zero = v128.splat<Real>(0);
  let c00 = zero, c01 = zero, c02 = zero, c03 = zero;
  let c10 = zero, c11 = zero, c12 = zero, c13 = zero;
  let c20 = zero, c21 = zero, c22 = zero, c23 = zero;
  let c30 = zero, c31 = zero, c32 = zero, c33 = zero;
  let c40 = zero, c41 = zero, c42 = zero, c43 = zero;
  let c50 = zero, c51 = zero, c52 = zero, c53 = zero;
  if (accumulate) {
    let row = c;
    c00 = v128.load(row);
    c01 = v128.load(row, 16);
    if (VECTORS > 2) c02 = v128.load(row, 32);
    if (VECTORS > 2) c03 = v128.load(row, 48);
    row += cRow;
    c10 = v128.load(row);
    c11 = v128.load(row, 16);
    if (VECTORS > 2) c12 = v128.load(row, 32);
    if (VECTORS > 2) c13 = v128.load(row, 48);
    row += cRow;
    c20 = v128.load(row);
    c21 = v128.load(row, 16);
    if (VECTORS > 2) c22 = v128.load(row, 32);
    if (VECTORS > 2) c23 = v128.load(row, 48);
    row += cRow;
    c30 = v128.load(row);
    c31 = v128.load(row, 16);
    if (VECTORS > 2) c32 = v128.load(row, 32);
    if (VECTORS > 2) c33 = v128.load(row, 48);
    row += cRow;
    if (rows > 4) c40 = v128.load(row);
    if (rows > 4) c41 = v128.load(row, 16);
    if (rows > 4 && VECTORS > 2) c42 = v128.load(row, 32);
    if (rows > 4 && VECTORS > 2) c43 = v128.load(row, 48);
    row += cRow;
    if (rows > 5) c50 = v128.load(row);
    if (rows > 5) c51 = v128.load(row, 16);
    if (rows > 5 && VECTORS > 2) c52 = v128.load(row, 32);
    if (rows > 5 && VECTORS > 2) c53 = v128.load(row, 48);
  }
  for (; k > 0; --k) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const b2 = VECTORS > 2 ? v128.load(b, 32) : zero, b3 = VECTORS > 2 ? v128.load(b, 48) : zero;
    let s = v128.load_splat<Real>(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    if (VECTORS > 2) c02 = madd(s, b2, c02);
    if (VECTORS > 2) c03 = madd(s, b3, c03);
    s = v128.load_splat<Real>(a, sizeof<Real>());
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    if (VECTORS > 2) c12 = madd(s, b2, c12);
    if (VECTORS > 2) c13 = madd(s, b3, c13);
    s = v128.load_splat<Real>(a, 2 * sizeof<Real>());
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    if (VECTORS > 2) c22 = madd(s, b2, c22);
    if (VECTORS > 2) c23 = madd(s, b3, c23);
    s = v128.load_splat<Real>(a, 3 * sizeof<Real>());
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    if (VECTORS > 2) c32 = madd(s, b2, c32);
    if (VECTORS > 2) c33 = madd(s, b3, c33);
    if (rows > 4) s = v128.load_splat<Real>(a, 4 * sizeof<Real>());
    if (rows > 4) c40 = madd(s, b0, c40);
    if (rows > 4) c41 = madd(s, b1, c41);
    if (rows > 4 && VECTORS > 2) c42 = madd(s, b2, c42);
    if (rows > 4 && VECTORS > 2) c43 = madd(s, b3, c43);
    if (rows > 5) s = v128.load_splat<Real>(a, 5 * sizeof<Real>());
    if (rows > 5) c50 = madd(s, b0, c50);
    if (rows > 5) c51 = madd(s, b1, c51);
    if (rows > 5 && VECTORS > 2) c52 = madd(s, b2, c52);
    if (rows > 5 && VECTORS > 2) c53 = madd(s, b3, c53);
    a += at(ROWS);
    b += VECTORS * 16;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  if (VECTORS > 2) v128.store(c, c02, 32);
  if (VECTORS > 2) v128.store(c, c03, 48);
  c += cRow;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  if (VECTORS > 2) v128.store(c, c12, 32);
  if (VECTORS > 2) v128.store(c, c13, 48);
  c += cRow;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  if (VECTORS > 2) v128.store(c, c22, 32);
  if (VECTORS > 2) v128.store(c, c23, 48);
  c += cRow;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  if (VECTORS > 2) v128.store(c, c32, 32);
  if (VECTORS > 2) v128.store(c, c33, 48);
  c += cRow;
  if (rows > 4) v128.store(c, c40);
  if (rows > 4) v128.store(c, c41, 16);
  if (rows > 4 && VECTORS > 2) v128.store(c, c42, 32);
  if (rows > 4 && VECTORS > 2) v128.store(c, c43, 48);
  c += cRow;
  if (rows > 5) v128.store(c, c50);
  if (rows > 5) v128.store(c, c51, 16);
  if (rows > 5 && VECTORS > 2) v128.store(c, c52, 32);
  if (rows > 5 && VECTORS > 2) v128.store(c, c53, 48);
}

/** The size of equal shares of a total (1 or more): multiples of a unit, and no more than `most`. */
@inline
function shares(total: i32, most: i32, unit: i32): i32 {
  const units = (total + unit - 1) / unit, mostUnits = most / unit;
  const count = (units + mostUnits - 1) / mostUnits;
  return (units + count - 1) / count * unit;
}

/** Arguments as for `matmul`; k is 1 or more. */
export function largeProduct(
  m0: i32, m1: i32, n0: i32, n1: i32, k: i32,
  transA: bool, a: usize, lda: i32, transB: bool, b: usize, ldb: i32,
  c: usize, ldc: i32, accumulate: bool, scratch: usize,
): void {
  const aRow = at(lda), bRow = at(ldb), cRow = at(ldc);
  const cornerRow: usize = VECTORS * 16;
  const corner = scratch, panels = corner + ROWS * cornerRow, block = panels + PANELS * BLOCK_K * cornerRow;
  const groupWidth = PANELS * largeColumns(), far = at(k) * <usize>(n1 - n0) >= FAR;
  const blockK = shares(k, BLOCK_K, 1);
  const blockM = shares(m1 - m0, BLOCK / blockK, ROWS);
  for (let i0 = m0; i0 < m1; i0 += blockM) {
    const m = min(blockM, m1 - i0);
    for (let p0 = 0, depth = 0; p0 < k; p0 += depth) {
      depth = min(blockK, k - p0);
      const adds = accumulate || p0 > 0;
      if (transA) packTransposedTiles(a + <usize>p0 * aRow + at(i0), aRow, m, depth, ROWS, block);
      else packTiles(a + <usize>i0 * aRow + at(p0), aRow, m, depth, ROWS, block);
      for (let j = n0; j < n1; j += groupWidth) {
        const group = min(groupWidth, n1 - j);
        if (transB) {
          for (let q = 0; q < group; q += largeColumns()) {
            const panel = panels + <usize>(q / largeColumns() * depth) * cornerRow;
            packColumns(b + <usize>(j + q) * bRow + at(p0), bRow, depth, min(largeColumns(), group - q), VECTORS, panel);
          }
        } else {
          packRows(b + <usize>p0 * bRow + at(j), bRow, depth, group, VECTORS, panels);
        }
        const after = j + group, columnsAfter = far ? min(groupWidth, n1 - after) : 0;
        let next = transB ? b + <usize>after * bRow + at(p0) : b + <usize>p0 * bRow + at(after);
        let nextRows = columnsAfter == 0 ? 0 : transB ? columnsAfter : depth;
        const nextBytes = <i32>at(transB ? depth : columnsAfter), rowsEach = (nextRows * ROWS + m - 1) / m;
        let tiles = block, row = c + <usize>i0 * cRow + at(j);
        for (let i = 0; i < m; i += ROWS) {
          for (let r = min(rowsEach, nextRows); r > 0; --r, --nextRows) {
            prefetch(next, nextBytes, corner);
            next += bRow;
          }
          const rows = min(ROWS, m - i);
          let panel = panels, out = row;
          for (let q = 0; q < group; q += largeColumns()) {
            const columns = min(largeColumns(), group - q);
            if (rows == ROWS && columns == largeColumns()) {
              tile(depth, tiles, panel, out, cRow, adds);
            } else {
              if (adds) copyTile(out, cRow, corner, cornerRow, rows, columns);
              if (rows > SHORT_ROWS) tile(depth, tiles, panel, corner, cornerRow, adds);
              else shortTile(depth, tiles, panel, corner, cornerRow, adds);
              copyTile(corner, cornerRow, out, cRow, rows, columns);
            }
            panel += <usize>depth * cornerRow;
            out += cornerRow;
          }
          tiles += at(ROWS * depth);
          row += cRow * ROWS;
        }
      }
    }
  }
}
