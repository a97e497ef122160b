/* The innermost loops of sparse.ts: a sum of rows of a factor, as wide as the registers allow. */
import { ENTRY, VALUE } from "./nonZeros";
import { Real } from "./real";
import { descend } from "./sgd";
import { madd } from "./simd";

/** The most vectors of a sum: their accumulators, a value and a vector of the factor fill the registers. */
export const WIDEST: i32 = 13;

/** What becomes of a sum: out = Σ, out += Σ beginning from what stands there, or out ← `descend(out, Σ)`. */
export const STORE: i32 = 0;
export const ADD: i32 = 1;
export const DESCEND: i32 = 2;

/**
 * Σ over the entries (number, value) of value · factor[number] into `out`, `bytes` of it: 13, 12, 8 or 4 vectors. The
 * last of them stands at byte `last`, which may be within the one before. The sums begin from those at `base`, or from 0
 * if that is 0. `rates` are the two constants of `descend`.
 */
@inline
export function sumEntries(
  bytes: usize, list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize, base: usize,
): void {
  if (bytes == 12 * 16) sum12(list, end, factor, factorRow, out, last, mode, rates, base);
  else if (bytes == 8 * 16) sum8(list, end, factor, factorRow, out, last, mode, rates, base);
  else if (bytes == 13 * 16) sum13(list, end, factor, factorRow, out, last, mode, rates, base);
  else sum4(list, end, factor, factorRow, out, last, mode, rates, base);
}

/*
 * The loops are functions of their own, not inlined: V8 unrolls a small loop the more the deeper it is nested, and an
 * unrolled one runs out of registers.
 */

function sum13(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize, base: usize,
): void {
  sum(13, list, end, factor, factorRow, out, last, mode, rates, base);
}

function sum12(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize, base: usize,
): void {
  sum(12, list, end, factor, factorRow, out, last, mode, rates, base);
}

function sum8(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize, base: usize,
): void {
  sum(8, list, end, factor, factorRow, out, last, mode, rates, base);
}

function sum4(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize, base: usize,
): void {
  sum(4, list, end, factor, factorRow, out, last, mode, rates, base);
}

/**
 * The body of the four functions above, for so many vectors; what is not needed is not compiled. Behind the loop the
 * sums are used in the order in which they were formed: else V8 loads all vectors of the factor before the first
 * multiply-add, and runs out of registers too. Hence a condition for each statement: the compiler reorders a group.
 */
@inline
function sum(
  vectors: i32,
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize, base: usize,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0;
  let s11 = s0, s12 = s0;
  if (mode != ADD && base != 0) {
    s0 = v128.load(base); s1 = v128.load(base, 16); s2 = v128.load(base, 32);
    if (vectors > 4) s3 = v128.load(base, 48);
    if (vectors > 4) s4 = v128.load(base, 64);
    if (vectors > 4) s5 = v128.load(base, 80);
    if (vectors > 4) s6 = v128.load(base, 96);
    if (vectors > 8) s7 = v128.load(base, 112);
    if (vectors > 8) s8 = v128.load(base, 128);
    if (vectors > 8) s9 = v128.load(base, 144);
    if (vectors > 8) s10 = v128.load(base, 160);
    if (vectors > 12) s11 = v128.load(base, 176);
    s12 = v128.load(base + last);
  }
  if (mode == ADD) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32);
    if (vectors > 4) s3 = v128.load(out, 48);
    if (vectors > 4) s4 = v128.load(out, 64);
    if (vectors > 4) s5 = v128.load(out, 80);
    if (vectors > 4) s6 = v128.load(out, 96);
    if (vectors > 8) s7 = v128.load(out, 112);
    if (vectors > 8) s8 = v128.load(out, 128);
    if (vectors > 8) s9 = v128.load(out, 144);
    if (vectors > 8) s10 = v128.load(out, 160);
    if (vectors > 12) s11 = v128.load(out, 176);
    s12 = v128.load(out + last);
  }
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const w = factor + <usize>load<i32>(list) * factorRow;
    s0 = madd(x, v128.load(w), s0);
    s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2);
    if (vectors > 4) s3 = madd(x, v128.load(w, 48), s3);
    if (vectors > 4) s4 = madd(x, v128.load(w, 64), s4);
    if (vectors > 4) s5 = madd(x, v128.load(w, 80), s5);
    if (vectors > 4) s6 = madd(x, v128.load(w, 96), s6);
    if (vectors > 8) s7 = madd(x, v128.load(w, 112), s7);
    if (vectors > 8) s8 = madd(x, v128.load(w, 128), s8);
    if (vectors > 8) s9 = madd(x, v128.load(w, 144), s9);
    if (vectors > 8) s10 = madd(x, v128.load(w, 160), s10);
    if (vectors > 12) s11 = madd(x, v128.load(w, 176), s11);
    s12 = madd(x, v128.load(w + last), s12);
  }
  if (mode == DESCEND) {
    const minusRate = v128.load(rates), decay = v128.load(rates, 16);
    const tail = v128.load(out + last);
    v128.store(out, descend(v128.load(out), s0, minusRate, decay));
    v128.store(out, descend(v128.load(out, 16), s1, minusRate, decay), 16);
    v128.store(out, descend(v128.load(out, 32), s2, minusRate, decay), 32);
    if (vectors > 4) v128.store(out, descend(v128.load(out, 48), s3, minusRate, decay), 48);
    if (vectors > 4) v128.store(out, descend(v128.load(out, 64), s4, minusRate, decay), 64);
    if (vectors > 4) v128.store(out, descend(v128.load(out, 80), s5, minusRate, decay), 80);
    if (vectors > 4) v128.store(out, descend(v128.load(out, 96), s6, minusRate, decay), 96);
    if (vectors > 8) v128.store(out, descend(v128.load(out, 112), s7, minusRate, decay), 112);
    if (vectors > 8) v128.store(out, descend(v128.load(out, 128), s8, minusRate, decay), 128);
    if (vectors > 8) v128.store(out, descend(v128.load(out, 144), s9, minusRate, decay), 144);
    if (vectors > 8) v128.store(out, descend(v128.load(out, 160), s10, minusRate, decay), 160);
    if (vectors > 12) v128.store(out, descend(v128.load(out, 176), s11, minusRate, decay), 176);
    v128.store(out + last, descend(tail, s12, minusRate, decay));
  } else {
    v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32);
    if (vectors > 4) v128.store(out, s3, 48);
    if (vectors > 4) v128.store(out, s4, 64);
    if (vectors > 4) v128.store(out, s5, 80);
    if (vectors > 4) v128.store(out, s6, 96);
    if (vectors > 8) v128.store(out, s7, 112);
    if (vectors > 8) v128.store(out, s8, 128);
    if (vectors > 8) v128.store(out, s9, 144);
    if (vectors > 8) v128.store(out, s10, 160);
    if (vectors > 12) v128.store(out, s11, 176);
    v128.store(out + last, s12);
  }
}
