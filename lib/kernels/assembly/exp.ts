import { Real } from "./real";
import { madd } from "./simd";

/**
 * eˣ, two or four values at a time: x = n·ln 2 + r with |r| ≤ ½ ln 2, eʳ by its Taylor polynomial (degree 7 in
 * float32, 13 in float64: below half a unit in the last place), 2ⁿ through the exponent bits. Inputs are
 * cut off above where the result would overflow, and give 0 where it would come near the subnormal numbers, which
 * are a hundred times slower to compute with: from −80 in float32, from −700 in float64. NaN stays NaN.
 */
@inline
export function exp(x: v128): v128 {
  if (sizeof<Real>() == 4) {
    const dropped = f32x4.le(x, f32x4.splat(-80.0));
    x = f32x4.pmin(x, f32x4.splat(88.0));
    const magic = f32x4.splat(12582912.0);
    const t = madd(x, f32x4.splat(1.44269504088896341), magic);
    const n = f32x4.sub(t, magic);
    let r = madd(n, f32x4.splat(-0.693359375), x);
    r = madd(n, f32x4.splat(2.12194440e-4), r);
    let p = f32x4.splat(1.0 / 5040.0);
    p = madd(p, r, f32x4.splat(1.0 / 720.0));
    p = madd(p, r, f32x4.splat(1.0 / 120.0));
    p = madd(p, r, f32x4.splat(1.0 / 24.0));
    p = madd(p, r, f32x4.splat(1.0 / 6.0));
    p = madd(p, r, f32x4.splat(0.5));
    p = madd(p, r, f32x4.splat(1.0));
    p = madd(p, r, f32x4.splat(1.0));
    return v128.andnot(i32x4.add(p, i32x4.shl(t, 23)), dropped);
  }
  const dropped = f64x2.le(x, f64x2.splat(-700.0));
  x = f64x2.pmin(x, f64x2.splat(709.0));
  const magic = f64x2.splat(6755399441055744.0);
  const t = madd(x, f64x2.splat(1.4426950408889634), magic);
  const n = f64x2.sub(t, magic);
  let r = madd(n, f64x2.splat(-6.93147180369123816490e-1), x);
  r = madd(n, f64x2.splat(-1.90821492927058770002e-10), r);
  let p = f64x2.splat(1.0 / 6227020800.0);
  p = madd(p, r, f64x2.splat(1.0 / 479001600.0));
  p = madd(p, r, f64x2.splat(1.0 / 39916800.0));
  p = madd(p, r, f64x2.splat(1.0 / 3628800.0));
  p = madd(p, r, f64x2.splat(1.0 / 362880.0));
  p = madd(p, r, f64x2.splat(1.0 / 40320.0));
  p = madd(p, r, f64x2.splat(1.0 / 5040.0));
  p = madd(p, r, f64x2.splat(1.0 / 720.0));
  p = madd(p, r, f64x2.splat(1.0 / 120.0));
  p = madd(p, r, f64x2.splat(1.0 / 24.0));
  p = madd(p, r, f64x2.splat(1.0 / 6.0));
  p = madd(p, r, f64x2.splat(0.5));
  p = madd(p, r, f64x2.splat(1.0));
  p = madd(p, r, f64x2.splat(1.0));
  return v128.andnot(i64x2.add(p, i64x2.shl(t, 52)), dropped);
}

/** eˣ of one value, by the same arithmetic. */
@inline
export function expOne(x: Real): Real {
  return v128.extract_lane<Real>(exp(v128.splat<Real>(x)), 0);
}
