/*
 * Products of a few rows with a matrix that stays the same from step to step: it is packed once into panels of four
 * vectors' width, each its rows one behind the other, and multiplied two rows by one panel at a time. Every result is
 * one chain of multiply-adds in ascending order and what was there added to it, whatever the other rows are.
 */
import { Real } from "./real";
import { at, lanes, madd } from "./simd";

const VECTORS: i32 = 4;

/** Columns of a panel. */
@inline
export function panelWidth(): i32 {
  return VECTORS * lanes();
}

/** A length rounded up to whole vectors. */
@inline
export function wholeVectors(length: i32): i32 {
  return (length + lanes() - 1) & -lanes();
}

/** A length rounded up to whole panels. */
@inline
export function wholePanels(length: i32): i32 {
  return (length + panelWidth() - 1) & -panelWidth();
}

/** Where value (row, column) of a packed matrix of so many rows stands. */
@inline
function place(rows: i32, row: i32, column: i32): usize {
  const panel = column / panelWidth();
  return at((panel * rows + row) * panelWidth() + column - panel * panelWidth());
}

/** Bytes of a packed matrix. */
export function packedBytes(rows: i32, columns: i32): i32 {
  return rows * wholePanels(columns) * sizeof<Real>();
}

/**
 * Packs columns [first, first + gates · units) of u [units, ldu]: column (gate, unit) comes to gate · padded + unit, with
 * units padded to whole vectors. What is added is 0.
 */
export function packGates(gates: i32, units: i32, u: usize, ldu: i32, first: i32, packed: usize): void {
  const padded = wholeVectors(units);
  memory.fill(packed, 0, packedBytes(units, gates * padded));
  for (let row = 0; row < units; row++) {
    let from = u + at(row * ldu + first);
    for (let gate = 0; gate < gates; gate++) {
      for (let unit = 0; unit < units; unit++) {
        store<Real>(packed + place(units, row, gate * padded + unit), load<Real>(from));
        from += sizeof<Real>();
      }
    }
  }
}

/** The transpose of the same columns, packed: row (gate, unit) stands at gate · padded + unit. */
export function packGatesTransposed(gates: i32, units: i32, u: usize, ldu: i32, first: i32, packed: usize): void {
  const padded = wholeVectors(units);
  memory.fill(packed, 0, packedBytes(gates * padded, units));
  for (let column = 0; column < units; column++) {
    let from = u + at(column * ldu + first);
    for (let gate = 0; gate < gates; gate++) {
      for (let unit = 0; unit < units; unit++) {
        store<Real>(packed + place(gates * padded, gate * padded + unit, column), load<Real>(from));
        from += sizeof<Real>();
      }
    }
  }
}

/**
 * Two rows of results: c + a·panel over k steps. c is added last: a large bias in it, of a gate that is all but closed,
 * would round every step of the sum. Not inlined, so that V8 does not unroll it and run out of registers.
 */
function tile(k: i32, a: usize, aRow: usize, panel: usize, c: usize, cRow: usize): void {
  const zero = v128.splat<Real>(0);
  let s00 = zero, s01 = zero, s02 = zero, s03 = zero, s10 = zero, s11 = zero, s12 = zero, s13 = zero;
  for (; k > 0; --k) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16), b2 = v128.load(panel, 32), b3 = v128.load(panel, 48);
    let x = v128.load_splat<Real>(a);
    s00 = madd(x, b0, s00); s01 = madd(x, b1, s01); s02 = madd(x, b2, s02); s03 = madd(x, b3, s03);
    x = v128.load_splat<Real>(a + aRow);
    s10 = madd(x, b0, s10); s11 = madd(x, b1, s11); s12 = madd(x, b2, s12); s13 = madd(x, b3, s13);
    a += sizeof<Real>();
    panel += VECTORS * 16;
  }
  addVector(c, s00, 0); addVector(c, s01, 16); addVector(c, s02, 32); addVector(c, s03, 48);
  c += cRow;
  addVector(c, s10, 0); addVector(c, s11, 16); addVector(c, s12, 32); addVector(c, s13, 48);
}

@inline
function addVector(c: usize, sum: v128, offset: usize): void {
  v128.store(c + offset, v128.add<Real>(v128.load(c + offset), sum));
}

/**
 * C ← C + A·B for the first `rows` rows of A [·, k] and C [·, columns], B packed, columns a multiple of the panel's
 * width. Rows go in pairs: the row behind an odd last one is read and written too.
 */
@inline
export function addProduct(
  rows: i32, k: i32, a: usize, aRow: usize, packed: usize, columns: i32, c: usize, cRow: usize,
): void {
  for (let j = 0; j < columns; j += panelWidth()) {
    for (let i = 0; i < rows; i += 2) {
      tile(k, a + <usize>i * aRow, aRow, packed, c + <usize>i * cRow + at(j), cRow);
    }
    packed += at(k * panelWidth());
  }
}
