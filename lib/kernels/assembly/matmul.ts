/*
 * C = A·B (+ C), for row-major A, B and C, either factor transposed.
 *
 * The product is cut the way BLIS cuts it (Van Zee and van de Geijn, ACM TOMS 41(3), 2015): a block
 * of A that stays in the second-level cache, a panel of B that stays in the first, and a tile of C,
 * 3 rows by 3 vectors, that stays in registers. Every element of C is one chain of multiply-adds
 * over k in ascending order, whatever the blocking, the tails or the number of threads.
 */
import { Real } from "./real";
import { at, lanes, madd } from "./simd";

const ROWS: i32 = 3;
const VECTORS: i32 = 3;
const BLOCK_K: i32 = 256;
const BLOCK_M: i32 = 192;
/** Panels of B that are packed together. */
const PANELS: i32 = 4;
/** Fewer rows than this read B in place: a packed panel would not be used often enough. */
const PACK_B_FROM: i32 = 12;
/** Fewer columns than this read a transposed A in place. */
const PACK_A_FROM: i32 = 48;

@inline
function width(): i32 {
  return VECTORS * lanes();
}

/** Bytes of scratch one caller of `matmul` needs: a block of A, panels of B, a tile of C. */
export function matmulScratch(): i32 {
  return (BLOCK_M * BLOCK_K + 64 * BLOCK_K + 256) * 8;
}

/** One tile of C: 3 rows × 3 vectors over k steps. r1 and r2 lead from the first row of A to the others. */
@inline
function tile(
  k: i32, a: usize, r1: usize, r2: usize, aStep: usize, b: usize, bStep: usize,
  c: usize, cRow: usize, accumulate: bool,
): void {
  let c00 = v128.splat<Real>(0), c01 = c00, c02 = c00;
  let c10 = c00, c11 = c00, c12 = c00;
  let c20 = c00, c21 = c00, c22 = c00;
  const row1 = c + cRow, row2 = row1 + cRow;
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16); c02 = v128.load(c, 32);
    c10 = v128.load(row1); c11 = v128.load(row1, 16); c12 = v128.load(row1, 32);
    c20 = v128.load(row2); c21 = v128.load(row2, 16); c22 = v128.load(row2, 32);
  }
  for (; k > 0; --k) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32);
    let s = v128.load_splat<Real>(a);
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01); c02 = madd(s, b2, c02);
    s = v128.load_splat<Real>(a + r1);
    c10 = madd(s, b0, c10); c11 = madd(s, b1, c11); c12 = madd(s, b2, c12);
    s = v128.load_splat<Real>(a + r2);
    c20 = madd(s, b0, c20); c21 = madd(s, b1, c21); c22 = madd(s, b2, c22);
    a += aStep;
    b += bStep;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32);
  v128.store(row1, c10); v128.store(row1, c11, 16); v128.store(row1, c12, 32);
  v128.store(row2, c20); v128.store(row2, c21, 16); v128.store(row2, c22, 32);
}

/** Copies a rows × columns corner of a tile; the tails of C pass through a whole tile in scratch. */
@inline
function copyTile(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) store<Real>(to + at(j), load<Real>(from + at(j)));
    from += fromRow;
    to += toRow;
  }
}

/**
 * `columns` columns of a row-major B, at most PANELS · width, as panels of k contiguous rows of one width; what is
 * missing of the last is zero. Several at a time, because the rows of a wide B lie on pages of their own.
 */
@inline
function packRows(b: usize, bRow: usize, k: i32, columns: i32, panels: usize): void {
  const bytes: usize = VECTORS * 16;
  const next = <usize>k * bytes;
  for (; k > 0; --k) {
    let target = panels, source = b, left = columns;
    for (; left >= width(); left -= width()) {
      v128.store(target, v128.load(source)); v128.store(target, v128.load(source, 16), 16);
      v128.store(target, v128.load(source, 32), 32);
      source += bytes;
      target += next;
    }
    if (left > 0) {
      let j = 0;
      for (; j + lanes() <= left; j += lanes()) v128.store(target + at(j), v128.load(source + at(j)));
      for (; j < left; j++) store<Real>(target + at(j), load<Real>(source + at(j)));
      for (; j < width(); j++) store<Real>(target + at(j), <Real>0);
    }
    b += bRow;
    panels += bytes;
  }
}

/** The same panel from a B that is stored transposed, [N, K]: 4 × 4 (or 2 × 2) values at a time. */
@inline
function packColumns(b: usize, bRow: usize, k: i32, columns: i32, panel: usize): void {
  const step = lanes();
  const bytes: usize = VECTORS * 16;
  for (let j = 0; j < width(); j += step) {
    let source = b + <usize>j * bRow;
    let target = panel + at(j);
    let left = k;
    if (j + step <= columns) {
      for (; left >= step; left -= step) {
        if (sizeof<Real>() == 4) {
          const x0 = v128.load(source), x1 = v128.load(source + bRow);
          const x2 = v128.load(source + 2 * bRow), x3 = v128.load(source + 3 * bRow);
          const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
          const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
          v128.store(target, v128.shuffle<f64>(low01, low23, 0, 2));
          v128.store(target + bytes, v128.shuffle<f64>(low01, low23, 1, 3));
          v128.store(target + 2 * bytes, v128.shuffle<f64>(high01, high23, 0, 2));
          v128.store(target + 3 * bytes, v128.shuffle<f64>(high01, high23, 1, 3));
        } else {
          const x0 = v128.load(source), x1 = v128.load(source + bRow);
          v128.store(target, v128.shuffle<f64>(x0, x1, 0, 2));
          v128.store(target + bytes, v128.shuffle<f64>(x0, x1, 1, 3));
        }
        source += 16;
        target += <usize>step * bytes;
      }
    }
    for (; left > 0; --left) {
      for (let i = 0; i < step; i++) {
        const value = j + i < columns ? load<Real>(source + <usize>i * bRow) : <Real>0;
        store<Real>(target + at(i), value);
      }
      source += sizeof<Real>();
      target += bytes;
    }
  }
}

/** A block of a transposed A, [K, M], as tiles of 3 rows: k groups of 3 values after each other. */
@inline
function packA(a: usize, aRow: usize, m: i32, k: i32, block: usize): void {
  for (let i = 0; i < m; i += ROWS) {
    const rows = min(ROWS, m - i);
    let source = a + at(i);
    for (let p = 0; p < k; p++) {
      const x0 = load<Real>(source);
      store<Real>(block, x0);
      store<Real>(block + at(1), rows > 1 ? load<Real>(source + at(1)) : x0);
      store<Real>(block + at(2), rows > 2 ? load<Real>(source + at(2)) : x0);
      source += aRow;
      block += at(ROWS);
    }
  }
}

/** Rows [m0, m1) and columns [n0, n1) of C; lda, ldb and ldc are in elements. */
export function matmul(
  m0: i32, m1: i32, n0: i32, n1: i32, k: i32,
  transA: bool, a: usize, lda: i32, transB: bool, b: usize, ldb: i32,
  c: usize, ldc: i32, accumulate: bool, scratch: usize,
): void {
  const aRow = at(lda), bRow = at(ldb), cRow = at(ldc);
  const corner = scratch, panel = corner + 512, block = panel + 64 * BLOCK_K * 8;
  const packsA = transA && n1 - n0 >= PACK_A_FROM;
  if (k == 0 && !accumulate) {
    for (let i = m0; i < m1; i++) memory.fill(c + <usize>i * cRow + at(n0), 0, at(n1 - n0));
  }
  for (let i0 = m0; i0 < m1; i0 += BLOCK_M) {
    const m = min(BLOCK_M, m1 - i0);
    for (let p0 = 0; p0 < k; p0 += BLOCK_K) {
      const depth = min(BLOCK_K, k - p0);
      const adds = accumulate || p0 > 0;
      let aBlock = transA ? a + <usize>p0 * aRow + at(i0) : a + <usize>i0 * aRow + at(p0);
      let aNext = transA ? at(1) : aRow, aStep = transA ? aRow : at(1), aTile = aNext * ROWS;
      if (packsA) {
        packA(aBlock, aRow, m, depth, block);
        aBlock = block; aNext = at(1); aStep = at(ROWS); aTile = at(ROWS * depth);
      }
      for (let j = n0; j < n1; j += width()) {
        const columns = min(width(), n1 - j);
        const bBlock = transB ? b + <usize>j * bRow + at(p0) : b + <usize>p0 * bRow + at(j);
        let bPanel = panel, bStep: usize = VECTORS * 16;
        if (transB) packColumns(bBlock, bRow, depth, columns, panel);
        else if (m < PACK_B_FROM) {
          if (columns == width()) { bPanel = bBlock; bStep = bRow; }
          else packRows(bBlock, bRow, depth, columns, panel);
        } else {
          const place = ((j - n0) / width()) % PANELS;
          if (place == 0) packRows(bBlock, bRow, depth, min(PANELS * width(), n1 - j), panel);
          bPanel = panel + <usize>(place * depth) * (VECTORS * 16);
        }
        let aPanel = aBlock, out = c + <usize>i0 * cRow + at(j);
        for (let i = 0; i < m; i += ROWS) {
          const rows = min(ROWS, m - i);
          const r1: usize = rows > 1 ? aNext : 0, r2: usize = rows > 2 ? 2 * aNext : 0;
          if (rows == ROWS && columns == width()) {
            tile(depth, aPanel, r1, r2, aStep, bPanel, bStep, out, cRow, adds);
          } else {
            if (adds) copyTile(out, cRow, corner, VECTORS * 16, rows, columns);
            tile(depth, aPanel, r1, r2, aStep, bPanel, bStep, corner, VECTORS * 16, adds);
            copyTile(corner, VECTORS * 16, out, cRow, rows, columns);
          }
          aPanel += aTile;
          out += cRow * ROWS;
        }
      }
    }
  }
}
