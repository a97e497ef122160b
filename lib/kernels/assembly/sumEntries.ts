/* The innermost loops of sparse.ts: a sum of rows of a factor, as wide as the registers allow. */
import { ENTRY, VALUE } from "./nonZeros";
import { Real } from "./real";
import { descend } from "./sgd";
import { madd } from "./simd";

/** The most vectors of a sum: their accumulators, a value and a vector of the factor fill the registers. */
export const WIDEST: i32 = 12;

/** What becomes of a sum: out = Σ, out += Σ beginning from what stands there, or out ← `descend(out, Σ)`. */
export const STORE: i32 = 0;
export const ADD: i32 = 1;
export const DESCEND: i32 = 2;

/**
 * Σ over the entries (number, value) of value · factor[number] into `out`, `bytes` of it: 12, 8 or 4 vectors. The last of
 * them stands at byte `last`, which may be within the one before. `rates` are the two constants of `descend`.
 *
 * The loops are functions of their own, not inlined: V8 unrolls a small loop the more the deeper it is nested, and an
 * unrolled one runs out of registers. So does one whose sums are used behind it in another order than they were formed
 * in: V8 then loads all vectors of the factor before the first multiply-add.
 */
@inline
export function sumEntries(
  bytes: usize, list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize,
): void {
  if (bytes == 12 * 16) sum12(list, end, factor, factorRow, out, last, mode, rates);
  else if (bytes == 8 * 16) sum8(list, end, factor, factorRow, out, last, mode, rates);
  else sum4(list, end, factor, factorRow, out, last, mode, rates);
}

/** `sumEntries` of 12 vectors. */
function sum12(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0, s10 = s0, s11 = s0;
  if (mode == ADD) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out, 48);
    s4 = v128.load(out, 64); s5 = v128.load(out, 80); s6 = v128.load(out, 96); s7 = v128.load(out, 112);
    s8 = v128.load(out, 128); s9 = v128.load(out, 144); s10 = v128.load(out, 160); s11 = v128.load(out + last);
  }
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const w = factor + <usize>load<i32>(list) * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w, 48), s3);
    s4 = madd(x, v128.load(w, 64), s4); s5 = madd(x, v128.load(w, 80), s5);
    s6 = madd(x, v128.load(w, 96), s6); s7 = madd(x, v128.load(w, 112), s7);
    s8 = madd(x, v128.load(w, 128), s8); s9 = madd(x, v128.load(w, 144), s9);
    s10 = madd(x, v128.load(w, 160), s10); s11 = madd(x, v128.load(w + last), s11);
  }
  if (mode == DESCEND) {
    const minusRate = v128.load(rates), decay = v128.load(rates, 16);
    const end = descend(v128.load(out + last), s11, minusRate, decay);
    v128.store(out, descend(v128.load(out), s0, minusRate, decay));
    v128.store(out, descend(v128.load(out, 16), s1, minusRate, decay), 16);
    v128.store(out, descend(v128.load(out, 32), s2, minusRate, decay), 32);
    v128.store(out, descend(v128.load(out, 48), s3, minusRate, decay), 48);
    v128.store(out, descend(v128.load(out, 64), s4, minusRate, decay), 64);
    v128.store(out, descend(v128.load(out, 80), s5, minusRate, decay), 80);
    v128.store(out, descend(v128.load(out, 96), s6, minusRate, decay), 96);
    v128.store(out, descend(v128.load(out, 112), s7, minusRate, decay), 112);
    v128.store(out, descend(v128.load(out, 128), s8, minusRate, decay), 128);
    v128.store(out, descend(v128.load(out, 144), s9, minusRate, decay), 144);
    v128.store(out, descend(v128.load(out, 160), s10, minusRate, decay), 160);
    v128.store(out + last, end);
    return;
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out, s3, 48);
  v128.store(out, s4, 64); v128.store(out, s5, 80); v128.store(out, s6, 96); v128.store(out, s7, 112);
  v128.store(out, s8, 128); v128.store(out, s9, 144); v128.store(out, s10, 160); v128.store(out + last, s11);
}

/** `sumEntries` of 8 vectors. */
function sum8(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  if (mode == ADD) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out, 48);
    s4 = v128.load(out, 64); s5 = v128.load(out, 80); s6 = v128.load(out, 96); s7 = v128.load(out + last);
  }
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const w = factor + <usize>load<i32>(list) * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w, 48), s3);
    s4 = madd(x, v128.load(w, 64), s4); s5 = madd(x, v128.load(w, 80), s5);
    s6 = madd(x, v128.load(w, 96), s6); s7 = madd(x, v128.load(w + last), s7);
  }
  if (mode == DESCEND) {
    const minusRate = v128.load(rates), decay = v128.load(rates, 16);
    const end = descend(v128.load(out + last), s7, minusRate, decay);
    v128.store(out, descend(v128.load(out), s0, minusRate, decay));
    v128.store(out, descend(v128.load(out, 16), s1, minusRate, decay), 16);
    v128.store(out, descend(v128.load(out, 32), s2, minusRate, decay), 32);
    v128.store(out, descend(v128.load(out, 48), s3, minusRate, decay), 48);
    v128.store(out, descend(v128.load(out, 64), s4, minusRate, decay), 64);
    v128.store(out, descend(v128.load(out, 80), s5, minusRate, decay), 80);
    v128.store(out, descend(v128.load(out, 96), s6, minusRate, decay), 96);
    v128.store(out + last, end);
    return;
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out, s3, 48);
  v128.store(out, s4, 64); v128.store(out, s5, 80); v128.store(out, s6, 96); v128.store(out + last, s7);
}

/** `sumEntries` of 4 vectors. */
function sum4(
  list: usize, end: usize, factor: usize, factorRow: usize, out: usize, last: usize, mode: i32, rates: usize,
): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
  if (mode == ADD) {
    s0 = v128.load(out); s1 = v128.load(out, 16); s2 = v128.load(out, 32); s3 = v128.load(out + last);
  }
  for (; list < end; list += ENTRY) {
    const x = v128.load_splat<Real>(list + VALUE);
    const w = factor + <usize>load<i32>(list) * factorRow;
    s0 = madd(x, v128.load(w), s0); s1 = madd(x, v128.load(w, 16), s1);
    s2 = madd(x, v128.load(w, 32), s2); s3 = madd(x, v128.load(w + last), s3);
  }
  if (mode == DESCEND) {
    const minusRate = v128.load(rates), decay = v128.load(rates, 16);
    const end = descend(v128.load(out + last), s3, minusRate, decay);
    v128.store(out, descend(v128.load(out), s0, minusRate, decay));
    v128.store(out, descend(v128.load(out, 16), s1, minusRate, decay), 16);
    v128.store(out, descend(v128.load(out, 32), s2, minusRate, decay), 32);
    v128.store(out + last, end);
    return;
  }
  v128.store(out, s0); v128.store(out, s1, 16); v128.store(out, s2, 32); v128.store(out + last, s3);
}
