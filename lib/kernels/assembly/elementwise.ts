/* Passes over [begin, end) of flat arrays, and over rows or columns where a bias is involved. */
import { exp, expOne } from "./exp";
import { Real } from "./real";
import { at, lanes, madd, read, write } from "./simd";

/** y[i] = y[i] + bias for rows [r0, r1); then max(0, y) where `rectify`. */
export function addBias(r0: i32, r1: i32, n: i32, bias: usize, y: usize, rectify: bool): void {
  for (let i = r0; i < r1; i++) addBiasTo(y + <usize>i * at(n), n, bias, y + <usize>i * at(n), rectify);
}

/** y = x + bias, or max(0, x + bias), for one row of n values. */
@inline
export function addBiasTo(x: usize, n: i32, bias: usize, y: usize, rectify: bool): void {
  const zero = v128.splat<Real>(0);
  let j = 0;
  for (; j + lanes() <= n; j += lanes()) {
    const v = v128.add<Real>(v128.load(x + at(j)), v128.load(bias + at(j)));
    v128.store(y + at(j), rectify ? v128.max<Real>(v, zero) : v);
  }
  for (; j < n; j++) {
    const v = load<Real>(x + at(j)) + load<Real>(bias + at(j));
    store<Real>(y + at(j), rectify ? max<Real>(v, <Real>0) : v);
  }
}

/** out[j] (+)= Σᵢ x[i, j] for columns [n0, n1) of x [rows, n]. */
export function columnSums(n0: i32, n1: i32, rows: i32, n: i32, x: usize, out: usize, accumulate: bool): void {
  let j = n0;
  for (; j + 4 * lanes() <= n1; j += 4 * lanes()) {
    const sums = out + at(j);
    let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
    if (accumulate) {
      s0 = v128.load(sums); s1 = v128.load(sums, 16); s2 = v128.load(sums, 32); s3 = v128.load(sums, 48);
    }
    let cell = x + at(j);
    for (let i = 0; i < rows; i++) {
      s0 = v128.add<Real>(s0, v128.load(cell)); s1 = v128.add<Real>(s1, v128.load(cell, 16));
      s2 = v128.add<Real>(s2, v128.load(cell, 32)); s3 = v128.add<Real>(s3, v128.load(cell, 48));
      cell += at(n);
    }
    v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32); v128.store(sums, s3, 48);
  }
  for (; j < n1; j++) {
    let sum = accumulate ? load<Real>(out + at(j)) : <Real>0;
    for (let i = 0; i < rows; i++) sum += load<Real>(x + at(i * n + j));
    store<Real>(out + at(j), sum);
  }
}

/** y = a + b. */
export function add(begin: i32, end: i32, a: usize, b: usize, y: usize): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) {
    v128.store(y + at(i), v128.add<Real>(v128.load(a + at(i)), v128.load(b + at(i))));
  }
  for (; i < end; i++) store<Real>(y + at(i), load<Real>(a + at(i)) + load<Real>(b + at(i)));
}

/** a ← a + share · (x − a). */
export function approach(begin: i32, end: i32, a: usize, x: usize, share: Real): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) approachAt(true, a + at(i), x + at(i), share);
  for (; i < end; i++) approachAt(false, a + at(i), x + at(i), share);
}

@inline
function approachAt(whole: bool, a: usize, x: usize, share: Real): void {
  const value = read(whole, a);
  write(whole, a, madd(v128.splat<Real>(share), v128.sub<Real>(read(whole, x), value), value));
}

/** y = max(0, x). */
export function relu(begin: i32, end: i32, x: usize, y: usize): void {
  let i = begin;
  const zero = v128.splat<Real>(0);
  for (; i + lanes() <= end; i += lanes()) {
    v128.store(y + at(i), v128.max<Real>(v128.load(x + at(i)), zero));
  }
  for (; i < end; i++) store<Real>(y + at(i), max<Real>(load<Real>(x + at(i)), <Real>0));
}

/** dx = dy where y > 0, else 0. */
export function reluGradient(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  let i = begin;
  const zero = v128.splat<Real>(0);
  for (; i + lanes() <= end; i += lanes()) {
    const open = v128.gt<Real>(v128.load(y + at(i)), zero);
    v128.store(dx + at(i), v128.and(open, v128.load(dy + at(i))));
  }
  for (; i < end; i++) {
    store<Real>(dx + at(i), load<Real>(y + at(i)) > <Real>0 ? load<Real>(dy + at(i)) : <Real>0);
  }
}

/** y = x where x > 0, else slope · x. */
export function leakyRelu(begin: i32, end: i32, x: usize, y: usize, slope: Real): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) leak(true, x + at(i), x + at(i), y + at(i), slope);
  for (; i < end; i++) leak(false, x + at(i), x + at(i), y + at(i), slope);
}

/** dx = dy where x > 0, else slope · dy. */
export function leakyReluGradient(begin: i32, end: i32, x: usize, dy: usize, dx: usize, slope: Real): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) leak(true, x + at(i), dy + at(i), dx + at(i), slope);
  for (; i < end; i++) leak(false, x + at(i), dy + at(i), dx + at(i), slope);
}

/** What stands at `from`, times `slope` unless x > 0. */
@inline
function leak(whole: bool, x: usize, from: usize, to: usize, slope: Real): void {
  const value = read(whole, from), open = v128.gt<Real>(read(whole, x), v128.splat<Real>(0));
  write(whole, to, v128.bitselect(value, v128.mul<Real>(v128.splat<Real>(slope), value), open));
}

/** Below this 1 / (1 + e⁻ˣ) would be subnormal. */
const SIGMOID_FROM: Real = sizeof<Real>() == 4 ? <Real>-87 : <Real>-708;

/** y = 1 / (1 + e⁻ˣ); 0 where it would be subnormal, below −87 in float32 and −708 in float64. NaN stays NaN. */
export function sigmoid(begin: i32, end: i32, x: usize, y: usize): void {
  let i = begin;
  const one = v128.splat<Real>(1), least = v128.splat<Real>(SIGMOID_FROM);
  for (; i + lanes() <= end; i += lanes()) {
    const v = v128.load(x + at(i));
    const s = v128.div<Real>(one, v128.add<Real>(one, exp(v128.neg<Real>(v))));
    v128.store(y + at(i), v128.andnot(s, v128.lt<Real>(v, least)));
  }
  for (; i < end; i++) {
    const v = load<Real>(x + at(i));
    store<Real>(y + at(i), v < SIGMOID_FROM ? <Real>0 : <Real>1 / (<Real>1 + expOne(-v)));
  }
}

/** dx = dy · y · (1 − y). */
export function sigmoidGradient(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  let i = begin;
  const one = v128.splat<Real>(1);
  for (; i + lanes() <= end; i += lanes()) {
    const s = v128.load(y + at(i));
    v128.store(dx + at(i), v128.mul<Real>(v128.load(dy + at(i)), v128.mul<Real>(s, v128.sub<Real>(one, s))));
  }
  for (; i < end; i++) {
    const s = load<Real>(y + at(i));
    store<Real>(dx + at(i), load<Real>(dy + at(i)) * (s * (<Real>1 - s)));
  }
}
