import { exp } from "./exp";
import { Real } from "./real";
import { at, lanes, madd, word } from "./simd";

/** Targets are worked on in threes and pairs. */
const TARGETS = 6;

/** Bytes of working space for windows of that many words, with `count` targets of `length` values. */
export function skipGramScratch(window: i32, count: i32, length: i32): i32 {
  const targets = padded(count, TARGETS), contexts = padded(window, 2);
  return <i32>at((targets + contexts) * length + padded(contexts * targets, lanes()));
}

/**
 * Steps of skip-gram with negative sampling. The word at place c, among the words of its window first[c] … last[c],
 * is to be told from negative samples: with x the input vectors of the other words of the window (rows of X) and y the
 * output vectors of the targets (rows of Y; the first is the word's own, the others are those of the samples),
 *
 *   G = rate · (label − σ(X Yᵀ)),  inputs of the window's words += G Y,  outputs of the targets += Gᵀ X,
 *
 * one place after the other, each with the values before its own step. A target of −1 is none. Rows have `length`
 * values, a multiple of a vector.
 */
export function skipGram(
  c0: i32, c1: i32, words: usize, firsts: usize, lasts: usize, targets: usize, count: i32, length: i32,
  inputs: usize, outputs: usize, rate: Real, scratch: usize,
): void {
  const bytes = at(length);
  const n = padded(count, TARGETS);
  const y = scratch, x = y + <usize>n * bytes;
  for (let t = count; t < n; t++) clear(y + <usize>t * bytes, bytes);
  for (let c = c0; c < c1; c++) {
    const first = load<i32>(firsts + word(c)), last = load<i32>(lasts + word(c));
    const others = last - first - 1;
    if (others < 1) continue;
    const m = padded(others, 2);
    const g = x + <usize>m * bytes;
    let row = x;
    for (let p = first; p < last; p++) {
      if (p == c) continue;
      copy(row, place(inputs, words, p, bytes), bytes);
      row += bytes;
    }
    if (m > others) clear(row, bytes);
    const own = targets + word(c * count);
    for (let t = 0; t < count; t++) {
      const source = place(outputs, own, t, bytes);
      if (source == 0) clear(y + <usize>t * bytes, bytes);
      else copy(y + <usize>t * bytes, source, bytes);
    }
    for (let b = 0; b < m; b += 2) {
      for (let t = 0; t < n; t += 3) dots(x + <usize>b * bytes, y + <usize>t * bytes, bytes, g + at(b * n + t), at(n));
    }
    gains(g, m, n, rate);
    // The window's words, two at a time; c itself is none of them.
    let p = first;
    for (let b = 0; b < m; b += 2) {
      if (p == c) p++;
      const to0 = place(inputs, words, p++, bytes);
      if (p == c) p++;
      const to1 = p < last ? place(inputs, words, p++, bytes) : 0;
      addProducts(to0, to1, n, g + at(b * n), g + at((b + 1) * n), at(1), y, bytes);
    }
    for (let t = 0; t < count; t += 2) {
      const to0 = place(outputs, own, t, bytes);
      const to1 = t + 1 < count ? place(outputs, own, t + 1, bytes) : 0;
      addProducts(to0, to1, m, g + at(t), g + at(t + 1), at(n), x, bytes);
    }
  }
}

@inline
function padded(n: i32, multiple: i32): i32 {
  return (n + multiple - 1) / multiple * multiple;
}

/** Where row list[i] of a matrix begins; 0 if list[i] is negative. */
@inline
function place(matrix: usize, list: usize, i: i32, bytes: usize): usize {
  const row = load<i32>(list + word(i));
  return row < 0 ? 0 : matrix + <usize>row * bytes;
}

@inline
function copy(to: usize, from: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, v128.load(from + j));
}

@inline
function clear(to: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, i64x2.splat(0));
}

/** The products of two rows with three: g[0, 0 … 2] and, `stride` further, g[1, 0 … 2]. */
@inline
function dots(x: usize, y: usize, bytes: usize, g: usize, stride: usize): void {
  const zero = v128.splat<Real>(0);
  let g00 = zero, g01 = zero, g02 = zero, g10 = zero, g11 = zero, g12 = zero;
  const end = x + bytes;
  for (let x0 = x, y0 = y; x0 < end; x0 += 16, y0 += 16) {
    const a = v128.load(x0), b = v128.load(x0 + bytes);
    const p = v128.load(y0), q = v128.load(y0 + bytes), r = v128.load(y0 + 2 * bytes);
    g00 = madd(a, p, g00);
    g01 = madd(a, q, g01);
    g02 = madd(a, r, g02);
    g10 = madd(b, p, g10);
    g11 = madd(b, q, g11);
    g12 = madd(b, r, g12);
  }
  store<Real>(g, total(g00));
  store<Real>(g + at(1), total(g01));
  store<Real>(g + at(2), total(g02));
  store<Real>(g + stride, total(g10));
  store<Real>(g + stride + at(1), total(g11));
  store<Real>(g + stride + at(2), total(g12));
}

/** The sum of a vector. */
@inline
function total(v: v128): Real {
  if (sizeof<Real>() == 4) {
    const pairs = v128.add<Real>(v, v128.shuffle<i64>(v, v, 1, 0));
    return <Real>(v128.extract_lane<f32>(pairs, 0) + v128.extract_lane<f32>(pairs, 1));
  }
  return <Real>(v128.extract_lane<f64>(v, 0) + v128.extract_lane<f64>(v, 1));
}

/** g ← rate · (label − σ(g)) for [m, n] values; the label of the first of each row is 1. */
@inline
function gains(g: usize, m: i32, n: i32, rate: Real): void {
  const one = v128.splat<Real>(1), minusRate = v128.splat<Real>(-rate);
  for (let i = 0; i < m * n; i += lanes()) {
    const cell = g + at(i);
    const e = exp(v128.neg<Real>(v128.load(cell)));
    v128.store(cell, v128.div<Real>(minusRate, v128.add<Real>(one, e)));
  }
  for (let b = 0; b < m; b++) store<Real>(g + at(b * n), load<Real>(g + at(b * n)) + rate);
}

/** Two rows, where they are not 0, each plus Σᵢ g[i] · row i of a matrix with m rows; the g lie `stride` apart. */
@inline
function addProducts(
  to0: usize, to1: usize, m: i32, g0: usize, g1: usize, stride: usize, rows: usize, bytes: usize,
): void {
  const zero = v128.splat<Real>(0);
  let j: usize = 0;
  for (; j + 64 <= bytes; j += 64) {
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
    let row = rows + j, p = g0, q = g1;
    for (let i = 0; i < m; i++) {
      const s = v128.load_splat<Real>(p), t = v128.load_splat<Real>(q);
      const r0 = v128.load(row), r1 = v128.load(row, 16);
      a0 = madd(s, r0, a0);
      b0 = madd(t, r0, b0);
      a1 = madd(s, r1, a1);
      b1 = madd(t, r1, b1);
      const r2 = v128.load(row, 32), r3 = v128.load(row, 48);
      a2 = madd(s, r2, a2);
      b2 = madd(t, r2, b2);
      a3 = madd(s, r3, a3);
      b3 = madd(t, r3, b3);
      row += bytes;
      p += stride;
      q += stride;
    }
    if (to0 != 0) {
      add(to0 + j, a0);
      add(to0 + j + 16, a1);
      add(to0 + j + 32, a2);
      add(to0 + j + 48, a3);
    }
    if (to1 != 0) {
      add(to1 + j, b0);
      add(to1 + j + 16, b1);
      add(to1 + j + 32, b2);
      add(to1 + j + 48, b3);
    }
  }
  for (; j < bytes; j += 16) {
    let a = zero, b = zero;
    let row = rows + j, p = g0, q = g1;
    for (let i = 0; i < m; i++) {
      const r = v128.load(row);
      a = madd(v128.load_splat<Real>(p), r, a);
      b = madd(v128.load_splat<Real>(q), r, b);
      row += bytes;
      p += stride;
      q += stride;
    }
    if (to0 != 0) add(to0 + j, a);
    if (to1 != 0) add(to1 + j, b);
  }
}

@inline
function add(to: usize, v: v128): void {
  v128.store(to, v128.add<Real>(v128.load(to), v));
}
