/*
 * W ← W − rate · Xᵀ·dY for a batch X with few entries a column. Lists by column would be so short that each costs more
 * at its end than in between; here the entries are taken row by row, and each adds a multiple of a row of dY, which
 * stays in registers, to the sums of its column. They are the sums of `sparseDescent`, in the same order. Nothing
 * decays: rows of W whose column of X has no entry are not even read.
 */
import { ENTRY, entry, rowBlocks, VALUE } from "./nonZeros";
import { Real } from "./real";
import { descend, sgd } from "./sgd";
import { at, lanes, madd, word } from "./simd";

/** Bytes of the sums of a column: as much of a row of dY as stays in registers, 8 vectors. */
const SUMS: usize = 8 * 16;

/** Bytes of scratch: the sums of so many columns of X. */
export function scatterScratch(length: i32): i32 {
  return length * <i32>SUMS;
}

/**
 * The columns that have an entry, in ascending order; returns how many there are. `flags` are zeros again afterwards;
 * one that an interrupt has left costs time and changes nothing.
 */
export function columnsOf(rows: i32, length: i32, entries: usize, bounds: usize, flags: usize, columns: usize): i32 {
  const blocks = rowBlocks(length);
  for (let i = 0; i < rows; i++) {
    const first = entries + entry(i * length);
    flag(first, first + entry(load<i32>(bounds + word(i * (blocks + 1) + blocks))), flags);
  }
  let next = columns;
  for (let k = 0; k < length; k++) {
    store<i32>(next, k);
    next += word(load<u8>(flags + k));
    store<u8>(flags + k, 0);
  }
  return <i32>((next - columns) >> 2);
}

/** Four at a time: V8 looks for an interrupt in each turn of a loop. */
function flag(list: usize, end: usize, flags: usize): void {
  for (; list + 4 * ENTRY <= end; list += 4 * ENTRY) {
    store<u8>(flags + load<i32>(list), 1); store<u8>(flags + load<i32>(list, ENTRY), 1);
    store<u8>(flags + load<i32>(list, 2 * ENTRY), 1); store<u8>(flags + load<i32>(list, 3 * ENTRY), 1);
  }
  for (; list < end; list += ENTRY) store<u8>(flags + load<i32>(list), 1);
}

/**
 * The step of columns [n0, n1) of W [length, ·]; X is [rows, length], listed by `nonZeros`, and its columns that have
 * an entry by `columnsOf`.
 */
export function scatterDescent(
  k0: i32, k1: i32, n0: i32, n1: i32, rows: i32, entries: usize, bounds: usize, columns: usize, count: i32,
  dy: usize, ldy: i32, w: usize, ldw: i32, rate: Real, scratch: usize,
): void {
  const length = k1 - k0, blocks = rowBlocks(length), end = columns + word(count);
  for (let j = n0; j < n1; j += 8 * lanes()) {
    clear(columns, end, scratch);
    for (let i = 0; i < rows; i++) {
      const first = entries + entry(i * length);
      const last = first + entry(load<i32>(bounds + word(i * (blocks + 1) + blocks)));
      scatter(first, last, dy + <usize>i * at(ldy) + at(j), scratch);
    }
    const width = min(8 * lanes(), n1 - j);
    if (width > 7 * lanes()) apply(columns, end, scratch, w + at(j), at(ldw), at(width) - 16, rate);
    else applyTail(columns, end, scratch, w + at(j), at(ldw), width, rate);
  }
}

function clear(columns: usize, end: usize, sums: usize): void {
  const zero = v128.splat<Real>(0);
  for (; columns < end; columns += 4) {
    const s = sums + <usize>load<i32>(columns) * SUMS;
    v128.store(s, zero); v128.store(s, zero, 16); v128.store(s, zero, 32); v128.store(s, zero, 48);
    v128.store(s, zero, 64); v128.store(s, zero, 80); v128.store(s, zero, 96); v128.store(s, zero, 112);
  }
}

/** Adds value · d to the sums of the column, for each entry of a list. Behind the end of a row d is not used later. */
function scatter(list: usize, end: usize, d: usize, sums: usize): void {
  const d0 = v128.load(d), d1 = v128.load(d, 16), d2 = v128.load(d, 32), d3 = v128.load(d, 48);
  const d4 = v128.load(d, 64), d5 = v128.load(d, 80), d6 = v128.load(d, 96), d7 = v128.load(d, 112);
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const s = sums + <usize>load<i32>(list) * SUMS;
    v128.store(s, madd(x, d0, v128.load(s)));
    v128.store(s, madd(x, d1, v128.load(s, 16)), 16);
    v128.store(s, madd(x, d2, v128.load(s, 32)), 32);
    v128.store(s, madd(x, d3, v128.load(s, 48)), 48);
    v128.store(s, madd(x, d4, v128.load(s, 64)), 64);
    v128.store(s, madd(x, d5, v128.load(s, 80)), 80);
    v128.store(s, madd(x, d6, v128.load(s, 96)), 96);
    v128.store(s, madd(x, d7, v128.load(s, 112)), 112);
  }
}

/** The step of 8 vectors of each column. The last one stands at byte `last`, which may be within the one before. */
function apply(columns: usize, end: usize, sums: usize, w: usize, row: usize, last: usize, rate: Real): void {
  const minusRate = v128.splat<Real>(-rate), decay = v128.splat<Real>(0);
  for (; columns < end; columns += 4) {
    const k = <usize>load<i32>(columns), s = sums + k * SUMS, cell = w + k * row;
    const final = descend(v128.load(cell + last), v128.load(s + last), minusRate, decay);
    v128.store(cell, descend(v128.load(cell), v128.load(s), minusRate, decay));
    v128.store(cell, descend(v128.load(cell, 16), v128.load(s, 16), minusRate, decay), 16);
    v128.store(cell, descend(v128.load(cell, 32), v128.load(s, 32), minusRate, decay), 32);
    v128.store(cell, descend(v128.load(cell, 48), v128.load(s, 48), minusRate, decay), 48);
    v128.store(cell, descend(v128.load(cell, 64), v128.load(s, 64), minusRate, decay), 64);
    v128.store(cell, descend(v128.load(cell, 80), v128.load(s, 80), minusRate, decay), 80);
    v128.store(cell, descend(v128.load(cell, 96), v128.load(s, 96), minusRate, decay), 96);
    v128.store(cell + last, final);
  }
}

function applyTail(columns: usize, end: usize, sums: usize, w: usize, row: usize, width: i32, rate: Real): void {
  for (; columns < end; columns += 4) {
    const k = <usize>load<i32>(columns);
    sgd(0, width, w + k * row, sums + k * SUMS, rate, 0);
  }
}
