/* What the kernels of recurrent layers share: the sequences of a batch, rows padded to whole vectors, the gates. */
import { exp } from "./exp";
import { Real } from "./real";
import { at, lanes, madd, word } from "./simd";
import { dropBelow, LEAST_GRADIENT } from "./tiny";

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

/**
 * σ(x) = 1 / (1 + e⁻ˣ), to 2 units in the last place, and 0 where `exp` gives 0. Above 0 it is 1 − σ(−x), rounded once,
 * since an open gate is multiplied with itself from step to step.
 */
@inline
export function logistic(x: v128): v128 {
  const one = v128.splat<Real>(1);
  const e = exp(v128.neg<Real>(v128.abs<Real>(x)));
  const closed = v128.div<Real>(e, v128.add<Real>(one, e));
  return v128.bitselect(closed, v128.sub<Real>(one, closed), v128.lt<Real>(x, v128.splat<Real>(0)));
}

/** A gate of the sum x: σ(x), or where it is hard Keras's max(0, min(1, 0.2 x + 0.5)). NaN stays NaN. */
@inline
export function gateOf(x: v128, hard: bool): v128 {
  if (!hard) return logistic(x);
  const zero = v128.splat<Real>(0), one = v128.splat<Real>(1);
  return v128.pmax<Real>(v128.pmin<Real>(madd(x, v128.splat<Real>(0.2), v128.splat<Real>(0.5)), one), zero);
}

/** The slope of a gate at its value y: y (1 − y), or where it is hard 0.2 between 0 and 1. */
@inline
export function gateSlope(y: v128, hard: bool): v128 {
  if (!hard) return v128.mul<Real>(y, complement(y));
  const zero = v128.splat<Real>(0), one = v128.splat<Real>(1);
  return v128.and(v128.and(v128.gt<Real>(y, zero), v128.lt<Real>(y, one)), v128.splat<Real>(0.2));
}

/** 1 − x. */
@inline
export function complement(x: v128): v128 {
  return v128.sub<Real>(v128.splat<Real>(1), x);
}

/** A gradient, or 0 where it has faded. */
@inline
export function faded(x: v128): v128 {
  return dropBelow(x, LEAST_GRADIENT);
}

/** Whether the gradient of a row is 0 from here back: firsts[row] is the first of its steps that has one. */
@inline
export function hasFaded(firsts: usize, starts: usize, row: i32): bool {
  return load<i32>(firsts + word(row)) > load<i32>(starts + word(row));
}
