/*
 * Y = X·W + bias for one row of X, or a few: what W takes to arrive is all that counts. So its rows are read as they lie,
 * from one end to the other, and not in narrow blocks of columns, each of which begins at another page.
 */
import { addBiasTo } from "./elementwise";
import { ENTRY, VALUE } from "./nonZeros";
import { Real } from "./real";
import { at, lanes, madd } from "./simd";

/** With no more rows than this, a block of W is not read often enough to be packed. */
export const FEW_ROWS: i32 = 16;
/** Sums that stay in the first-level cache: so many vectors. */
const VECTORS: i32 = 256;

/**
 * Σ over the entries (number, value) of one row of X of value · W[number], plus bias, into columns [n0, n1) of y; then
 * max(0, y) where `rectify`. `scratch` has room for VECTORS. Each sum is a chain of multiply-adds in ascending order, as everywhere.
 */
export function sumRow(
  list: usize, end: usize, n0: i32, n1: i32, w: usize, ldw: i32, bias: usize, rectify: bool, y: usize, scratch: usize,
): void {
  for (let j = n0; j < n1; j += VECTORS * lanes()) {
    const columns = min(VECTORS * lanes(), n1 - j);
    const bytes = <usize>((columns + lanes() - 1) / lanes()) * 16;
    const factor = w + at(j);
    memory.fill(scratch, 0, bytes);
    let next = list;
    for (; next + 4 * ENTRY <= end; next += 4 * ENTRY) addFour(next, factor, at(ldw), scratch, scratch + bytes);
    for (; next < end; next += ENTRY) addOne(next, factor, at(ldw), scratch, scratch + bytes);
    addBiasTo(scratch, columns, bias + at(j), y + at(j), rectify);
  }
}

/** sums += four entries' values · their rows of W, one after the other. */
function addFour(list: usize, factor: usize, factorRow: usize, sums: usize, last: usize): void {
  const x0 = v128.load_splat<Real>(list + VALUE), x1 = v128.load_splat<Real>(list + ENTRY + VALUE);
  const x2 = v128.load_splat<Real>(list + 2 * ENTRY + VALUE), x3 = v128.load_splat<Real>(list + 3 * ENTRY + VALUE);
  let w0 = factor + <usize>load<i32>(list) * factorRow, w1 = factor + <usize>load<i32>(list, ENTRY) * factorRow;
  let w2 = factor + <usize>load<i32>(list, 2 * ENTRY) * factorRow;
  let w3 = factor + <usize>load<i32>(list, 3 * ENTRY) * factorRow;
  for (; sums < last; sums += 16) {
    const sum = madd(x1, v128.load(w1), madd(x0, v128.load(w0), v128.load(sums)));
    v128.store(sums, madd(x3, v128.load(w3), madd(x2, v128.load(w2), sum)));
    w0 += 16; w1 += 16; w2 += 16; w3 += 16;
  }
}

/** The same for one entry. */
function addOne(list: usize, factor: usize, factorRow: usize, sums: usize, last: usize): void {
  const x = v128.load_splat<Real>(list + VALUE);
  let w = factor + <usize>load<i32>(list) * factorRow;
  for (; sums < last; sums += 16) {
    v128.store(sums, madd(x, v128.load(w), v128.load(sums)));
    w += 16;
  }
}
