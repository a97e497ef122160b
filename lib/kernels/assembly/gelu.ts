import { exp } from "./exp";
import { bell, cumulative, FARTHEST } from "./normal";
import { Real } from "./real";
import { at, lanes, madd, read, write } from "./simd";

const SQRT_2_PI: Real = <Real>2.5066282746310005;
/** 2 √(2/π), and the cubic part of the approximation by tanh. */
const TWICE: Real = <Real>1.5957691216057308;
const CUBIC: Real = <Real>0.044715;

/** y = x Φ(x), or where `approximate` x σ(2 √(2/π) (x + 0.044715 x³)), which is ½ x (1 + tanh …) without its loss of digits. */
export function gelu(begin: i32, end: i32, x: usize, y: usize, approximate: bool): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) geluAt(true, x + at(i), y + at(i), approximate);
  for (; i < end; i++) geluAt(false, x + at(i), y + at(i), approximate);
}

/** dx = dy · f′(x) of the same two. */
export function geluGradient(begin: i32, end: i32, x: usize, dy: usize, dx: usize, approximate: bool): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) gradientAt(true, x + at(i), dy + at(i), dx + at(i), approximate);
  for (; i < end; i++) gradientAt(false, x + at(i), dy + at(i), dx + at(i), approximate);
}

@inline
function geluAt(whole: bool, x: usize, y: usize, approximate: bool): void {
  const v = v128.max<Real>(read(whole, x), v128.splat<Real>(-FARTHEST));
  write(whole, y, v128.mul<Real>(v, approximate ? gateOf(near(v)) : cumulative(v, bell(v))));
}

@inline
function gradientAt(whole: bool, x: usize, dy: usize, dx: usize, approximate: bool): void {
  const v = near(read(whole, x));
  write(whole, dx, v128.mul<Real>(read(whole, dy), approximate ? gateSlope(v) : slope(v)));
}

/** Φ(x) + x φ(x). */
@inline
function slope(x: v128): v128 {
  const e = bell(x);
  return madd(v128.mul<Real>(x, e), v128.splat<Real>(1 / SQRT_2_PI), cumulative(x, e));
}

/** u = 2 √(2/π) (x + 0.044715 x³). */
@inline
function steepened(x: v128): v128 {
  const cubed = v128.mul<Real>(v128.mul<Real>(x, x), x);
  return v128.mul<Real>(v128.splat<Real>(TWICE), madd(v128.splat<Real>(CUBIC), cubed, x));
}

/** e^−|u|. */
@inline
function faded(u: v128): v128 {
  return exp(v128.neg<Real>(v128.abs<Real>(u)));
}

/** 1 / (1 + e). */
@inline
function share(e: v128): v128 {
  const one = v128.splat<Real>(1);
  return v128.div<Real>(one, v128.add<Real>(one, e));
}

/** σ(u) = 1 / (1 + e^−u) from e = e^−|u|, which below 0 is e / (1 + e). */
@inline
function gate(u: v128, e: v128): v128 {
  const r = share(e);
  return v128.bitselect(v128.mul<Real>(e, r), r, v128.lt<Real>(u, v128.splat<Real>(0)));
}

/** σ(u) of x. */
@inline
function gateOf(x: v128): v128 {
  const u = steepened(x);
  return gate(u, faded(u));
}

/** σ(u) + x σ′(u) du/dx with σ′(u) = e / (1 + e)², e = e^−|u|. */
@inline
function gateSlope(x: v128): v128 {
  const u = steepened(x), e = faded(u), r = share(e);
  const inner = madd(v128.splat<Real>(3 * CUBIC), v128.mul<Real>(x, x), v128.splat<Real>(1));
  const rise = v128.mul<Real>(v128.mul<Real>(x, v128.splat<Real>(TWICE)), inner);
  return madd(v128.mul<Real>(v128.mul<Real>(e, r), r), rise, gate(u, e));
}

/** x where it is near 0, else the number there beyond which nothing changes. NaN stays NaN. */
@inline
function near(x: v128): v128 {
  const far = v128.splat<Real>(FARTHEST);
  return v128.max<Real>(v128.min<Real>(x, far), v128.neg<Real>(far));
}
