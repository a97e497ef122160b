import { exp } from "./exp";
import { Real } from "./real";
import { at, lanes, madd } from "./simd";

/**
 * tanh x, two or four values at a time: 1 − 2 / (e^{2|x|} + 1) with the sign of x, and below |x| = 0.625, where that
 * difference would lose digits, x + x³ R(x²). R is a polynomial in float32 and a quotient of two in float64, with the
 * coefficients of the Cephes library (Moshier, tanhf.c and tanh.c). NaN stays NaN, −0 stays −0.
 */
@inline
export function tanh(x: v128): v128 {
  const sign = v128.splat<Real>(<Real>-0.0), one = v128.splat<Real>(1), two = v128.splat<Real>(2);
  const a = v128.abs<Real>(x);
  const e = exp(v128.add<Real>(a, a));
  const large = v128.sub<Real>(one, v128.div<Real>(two, v128.add<Real>(e, one)));
  const z = v128.mul<Real>(a, a);
  const small = madd(v128.mul<Real>(a, z), quotient(z), a);
  const y = v128.bitselect(small, large, v128.lt<Real>(a, v128.splat<Real>(<Real>0.625)));
  return v128.or(y, v128.and(x, sign));
}

/** R(z) of the approximation above. */
@inline
function quotient(z: v128): v128 {
  if (sizeof<Real>() == 4) {
    let r = f32x4.splat(-5.70498872745e-3);
    r = madd(r, z, f32x4.splat(2.06390887954e-2));
    r = madd(r, z, f32x4.splat(-5.37397155531e-2));
    r = madd(r, z, f32x4.splat(1.33314422036e-1));
    return madd(r, z, f32x4.splat(-3.33332819422e-1));
  }
  let p = f64x2.splat(-9.64399179425052238628e-1);
  p = madd(p, z, f64x2.splat(-9.92877231001918586564e1));
  p = madd(p, z, f64x2.splat(-1.61468768441708447952e3));
  let q = f64x2.add(z, f64x2.splat(1.12811678491632931402e2));
  q = madd(q, z, f64x2.splat(2.23548839060100448583e3));
  q = madd(q, z, f64x2.splat(4.84406305325125486048e3));
  return f64x2.div(p, q);
}

/** tanh of one value, by the same arithmetic. */
@inline
export function tanhOne(x: Real): Real {
  return v128.extract_lane<Real>(tanh(v128.splat<Real>(x)), 0);
}

/** y = tanh x. */
export function hyperbolicTangent(begin: i32, end: i32, x: usize, y: usize): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) v128.store(y + at(i), tanh(v128.load(x + at(i))));
  for (; i < end; i++) store<Real>(y + at(i), tanhOne(load<Real>(x + at(i))));
}

/** dx = dy · (1 − y²). */
export function hyperbolicTangentGradient(begin: i32, end: i32, y: usize, dy: usize, dx: usize): void {
  let i = begin;
  const one = v128.splat<Real>(1);
  for (; i + lanes() <= end; i += lanes()) {
    const t = v128.load(y + at(i));
    v128.store(dx + at(i), v128.mul<Real>(v128.load(dy + at(i)), v128.sub<Real>(one, v128.mul<Real>(t, t))));
  }
  for (; i < end; i++) {
    const t = load<Real>(y + at(i));
    store<Real>(dx + at(i), load<Real>(dy + at(i)) * (<Real>1 - t * t));
  }
}
