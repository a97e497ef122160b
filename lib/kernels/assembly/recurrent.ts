/* What the kernels of recurrent layers share: the sequences of a batch, rows padded to whole vectors, the gates. */
import { exp } from "./exp";
import { Real } from "./real";
import { at, lanes, madd, word } from "./simd";
import { tanh } from "./tanh";

/** The number of rows of block `block`, when `rows` rows are dealt to `blocks` blocks in turn. */
@inline
export function blockRows(rows: i32, blocks: i32, block: i32): i32 {
  return (rows - block + blocks - 1) / blocks;
}

/** The next even number: rows are multiplied in pairs. */
@inline
export function even(rows: i32): i32 {
  return (rows + 1) & -2;
}

/** Row i of a block: the rows of a batch, longest first, are dealt to the blocks in turn. */
@inline
export function rowOf(order: usize, blocks: i32, block: i32, i: i32): i32 {
  return load<i32>(order + word(block + i * blocks));
}

/** The number of steps of a row, whose steps are starts[row] … starts[row + 1). */
@inline
export function stepsOf(starts: usize, row: i32): i32 {
  const start = starts + word(row);
  return load<i32>(start, 4) - load<i32>(start);
}

/** The first `left` lanes of a vector, or all; the others are 0. */
@inline
export function loadPart(from: usize, left: i32): v128 {
  if (left >= lanes()) return v128.load(from);
  let v = v128.splat<Real>(0);
  v = v128.replace_lane<Real>(v, 0, load<Real>(from));
  if (sizeof<Real>() == 4) {
    if (left > 1) v = v128.replace_lane<f32>(v, 1, load<f32>(from, 4));
    if (left > 2) v = v128.replace_lane<f32>(v, 2, load<f32>(from, 8));
  }
  return v;
}

/** Stores the first `left` lanes, or all. */
@inline
export function storePart(to: usize, v: v128, left: i32): void {
  if (left >= lanes()) {
    v128.store(to, v);
    return;
  }
  store<Real>(to, v128.extract_lane<Real>(v, 0));
  if (sizeof<Real>() == 4) {
    if (left > 1) store<f32>(to, v128.extract_lane<f32>(v, 1), 4);
    if (left > 2) store<f32>(to, v128.extract_lane<f32>(v, 2), 8);
  }
}

/** Copies `units` values to a row of whole vectors; what is added is 0. */
@inline
export function copyPadded(from: usize, to: usize, units: i32): void {
  for (let u = 0; u < units; u += lanes()) v128.store(to + at(u), loadPart(from + at(u), units - u));
}

/** Copies `units` values from a row of whole vectors. */
@inline
export function copyUnpadded(from: usize, to: usize, units: i32): void {
  for (let u = 0; u < units; u += lanes()) storePart(to + at(u), v128.load(from + at(u)), units - u);
}

/** 1 / (1 + e⁻ˣ); in float32 by `squash`, (1 + tanh(x / 2)) / 2. */
@inline
export function logistic(x: v128): v128 {
  if (sizeof<Real>() == 4) {
    const half = f32x4.splat(0.5);
    return madd(squash(f32x4.mul(x, half)), half, half);
  }
  const one = f64x2.splat(1);
  const bounded = f64x2.pmax(x, f64x2.splat(-700.0)); // below, the result comes near the slow subnormal numbers
  return f64x2.div(one, f64x2.add(one, exp(f64x2.neg(bounded))));
}

/**
 * tanh x; in float32 by a quotient of two polynomials, to 3e-7: x P(x²) / Q(x²) for |x| < 7.9 and the value there
 * beyond, with the coefficients of the Eigen library (`ptanh_float`). NaN stays NaN.
 */
@inline
export function squash(x: v128): v128 {
  if (sizeof<Real>() == 8) return tanh(x);
  const bound = f32x4.splat(7.90531110763549805);
  x = f32x4.pmax(f32x4.pmin(x, bound), f32x4.neg(bound));
  const z = f32x4.mul(x, x);
  let p = madd(z, f32x4.splat(-2.76076847742355e-16), f32x4.splat(2.00018790482477e-13));
  p = madd(z, p, f32x4.splat(-8.60467152213735e-11));
  p = madd(z, p, f32x4.splat(5.12229709037114e-8));
  p = madd(z, p, f32x4.splat(1.48572235717979e-5));
  p = madd(z, p, f32x4.splat(6.37261928875436e-4));
  p = madd(z, p, f32x4.splat(4.89352455891786e-3));
  let q = madd(z, f32x4.splat(1.19825839466702e-6), f32x4.splat(1.18534705686654e-4));
  q = madd(z, q, f32x4.splat(2.26843463243900e-3));
  q = madd(z, q, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** 1 − x. */
@inline
export function complement(x: v128): v128 {
  return v128.sub<Real>(v128.splat<Real>(1), x);
}

/**
 * 0 where |x| < 1e-20 (1e-150 in float64). A gradient that fades over hundreds of steps changes no weight any more, and
 * would go on as subnormal numbers, which are a hundred times slower to compute with.
 */
@inline
export function faded(x: v128): v128 {
  const least: Real = sizeof<Real>() == 4 ? <Real>1e-20 : <Real>1e-150;
  return v128.andnot(x, v128.lt<Real>(v128.abs<Real>(x), v128.splat<Real>(least)));
}

/** Whether the gradient of a row is 0 from here back: firsts[row] is the first of its steps that has one. */
@inline
export function hasFaded(firsts: usize, starts: usize, row: i32): bool {
  return load<i32>(firsts + word(row)) > load<i32>(starts + word(row));
}
