/* How blocks of a factor are copied into the order in which they are read. */
import { Real } from "./real";
import { at, lanes } from "./simd";

/**
 * `columns` columns of a row-major B as panels of k contiguous rows of so many vectors; what is missing of the last is
 * whatever stands behind the row, and its products are not used. Several panels at a time, because the rows of a wide B
 * lie on pages of their own.
 */
@inline
export function packRows(b: usize, bRow: usize, k: i32, columns: i32, vectors: i32, panels: usize): void {
  const width = vectors * lanes(), bytes = <usize>vectors << 4;
  const next = <usize>k * bytes;
  for (; k > 0; --k) {
    let target = panels, source = b, left = columns;
    for (; left >= width; left -= width) {
      v128.store(target, v128.load(source)); v128.store(target, v128.load(source, 16), 16);
      if (vectors > 2) v128.store(target, v128.load(source, 32), 32);
      if (vectors > 3) v128.store(target, v128.load(source, 48), 48);
      source += bytes;
      target += next;
    }
    if (left > 0) {
      for (let v: usize = 0; v < bytes; v += 16) v128.store(target + v, v128.load(source + v));
    }
    b += bRow;
    panels += bytes;
  }
}

/** One such panel from a B that is stored transposed, [N, K]: 4 × 4 (or 2 × 2) values at a time. */
@inline
export function packColumns(b: usize, bRow: usize, k: i32, columns: i32, vectors: i32, panel: usize): void {
  const step = lanes();
  const bytes = <usize>vectors << 4;
  for (let j = 0; j < vectors * step; j += step) {
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

/** m rows of A, [M, K], over k steps, as tiles: k groups of so many values, one of each row; what is missing is zero. */
@inline
export function packTiles(a: usize, aRow: usize, m: i32, k: i32, rows: i32, tiles: usize): void {
  for (let i = 0; i < m; i += rows) {
    const some = min(rows, m - i);
    if (some < rows) memory.fill(tiles, 0, at(rows * k));
    for (let row = 0; row < some; row++) {
      const source = a + <usize>(i + row) * aRow;
      let target = tiles + at(row);
      for (let p = 0; p < k; p++) {
        store<Real>(target, load<Real>(source + at(p)));
        target += at(rows);
      }
    }
    tiles += at(rows * k);
  }
}

/** The same tiles from an A that is stored transposed, [K, M]. */
@inline
export function packTransposedTiles(a: usize, aRow: usize, m: i32, k: i32, rows: i32, tiles: usize): void {
  for (let i = 0; i < m; i += rows) {
    const some = min(rows, m - i);
    let source = a + at(i);
    for (let p = 0; p < k; p++) {
      for (let row = 0; row < rows; row++) {
        store<Real>(tiles + at(row), row < some ? load<Real>(source + at(row)) : <Real>0);
      }
      source += aRow;
      tiles += at(rows);
    }
  }
}

/** Copies a rows × columns corner of a tile; the tails of C pass through a whole tile in scratch. */
@inline
export function copyTile(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) store<Real>(to + at(j), load<Real>(from + at(j)));
    from += fromRow;
    to += toRow;
  }
}

/** Rows a power of two apart fall into the same few cache sets: such a factor is packed first. */
@inline
export function collides(rowBytes: usize): bool {
  return (rowBytes & 1023) == 0;
}

/** Such rows begin anywhere in a cache line, and a block of their columns takes a line more than it fills. */
@inline
export function straddles(rowBytes: usize): bool {
  return (rowBytes & 63) != 0;
}

/** Copies `rows` rows of so many bytes, in whole vectors. */
@inline
export function packBlock(from: usize, fromRow: usize, rows: i32, bytes: usize, to: usize, toRow: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let v: usize = 0; v < bytes; v += 16) v128.store(to + v, v128.load(from + v));
    from += fromRow;
    to += toRow;
  }
}

/** Copies some values, whole vectors first. */
@inline
export function copyValues(from: usize, to: usize, count: i32): void {
  let j = 0;
  for (; j + lanes() <= count; j += lanes()) v128.store(to + at(j), v128.load(from + at(j)));
  for (; j < count; j++) store<Real>(to + at(j), load<Real>(from + at(j)));
}
