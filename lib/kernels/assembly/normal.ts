import { exp } from "./exp";
import { Real } from "./real";
import { madd } from "./simd";

/** Beyond this the density and the tail are 0. */
export const FARTHEST: Real = 40;

/** e^(−x²/2), the density of N(0, 1) but for 1 / √(2π); 0 from |x| = 12.6 on in float32, 37.4 in float64. */
@inline
export function bell(x: v128): v128 {
  const z = v128.min<Real>(v128.abs<Real>(x), v128.splat<Real>(FARTHEST));
  return exp(v128.mul<Real>(v128.mul<Real>(z, z), v128.splat<Real>(<Real>-0.5)));
}

/**
 * Φ(x) = ½ (1 + erf(x / √2)) from e = `bell(x)`: the tail Φ(−z) = e · P((z − 4) / (z + 4)) / (z + 4) with z = |x|, a
 * polynomial P to half a unit in the last place (test/fixtures/normal-tail.py makes its coefficients), so that small
 * values keep their digits. NaN stays NaN.
 */
@inline
export function cumulative(x: v128, e: v128): v128 {
  const one = v128.splat<Real>(1), four = v128.splat<Real>(4);
  const z = v128.min<Real>(v128.abs<Real>(x), v128.splat<Real>(FARTHEST));
  const shrink = v128.div<Real>(one, v128.add<Real>(z, four));
  const p = polynomial(v128.mul<Real>(v128.sub<Real>(z, four), shrink));
  const tail = v128.mul<Real>(e, v128.mul<Real>(p, shrink));
  return v128.bitselect(tail, v128.sub<Real>(one, tail), v128.lt<Real>(x, v128.splat<Real>(0)));
}

/** P(t) of the tail above. */
@inline
function polynomial(t: v128): v128 {
  if (sizeof<Real>() == 4) {
    let p = f32x4.splat(2.11829843e-5);
    p = madd(p, t, f32x4.splat(-1.7310823e-6));
    p = madd(p, t, f32x4.splat(-0.000215573776));
    p = madd(p, t, f32x4.splat(0.000133653387));
    p = madd(p, t, f32x4.splat(0.00162204011));
    p = madd(p, t, f32x4.splat(-0.00347995464));
    p = madd(p, t, f32x4.splat(-0.00753771716));
    p = madd(p, t, f32x4.splat(0.0603966483));
    p = madd(p, t, f32x4.splat(-0.18652216));
    p = madd(p, t, f32x4.splat(0.387137394));
    p = madd(p, t, f32x4.splat(-0.607896631));
    return madd(p, t, f32x4.splat(0.755285131));
  }
  let p = f64x2.splat(3.4033123086494946e-10);
  p = madd(p, t, f64x2.splat(-1.1997782031253095e-10));
  p = madd(p, t, f64x2.splat(-3.7306450818683703e-9));
  p = madd(p, t, f64x2.splat(-5.8736267649871907e-10));
  p = madd(p, t, f64x2.splat(2.1427603843452356e-8));
  p = madd(p, t, f64x2.splat(1.7844927772981416e-8));
  p = madd(p, t, f64x2.splat(-8.6866470159978928e-8));
  p = madd(p, t, f64x2.splat(-1.597739614223922e-7));
  p = madd(p, t, f64x2.splat(2.7246296951145872e-7));
  p = madd(p, t, f64x2.splat(1.0247851016552773e-6));
  p = madd(p, t, f64x2.splat(-6.2983673384923691e-7));
  p = madd(p, t, f64x2.splat(-5.9216110459239774e-6));
  p = madd(p, t, f64x2.splat(7.166587641195121e-7));
  p = madd(p, t, f64x2.splat(3.5145111902837651e-5));
  p = madd(p, t, f64x2.splat(-1.9082463514145711e-6));
  p = madd(p, t, f64x2.splat(-0.00023109501736277426));
  p = madd(p, t, f64x2.splat(0.00013334430941183254));
  p = madd(p, t, f64x2.splat(0.0016308184674099085));
  p = madd(p, t, f64x2.splat(-0.0034796923670479736));
  p = madd(p, t, f64x2.splat(-0.0075401889673863126));
  p = madd(p, t, f64x2.splat(0.060396574890917872));
  p = madd(p, t, f64x2.splat(-0.18652185795963661));
  p = madd(p, t, f64x2.splat(0.38713740074221492));
  p = madd(p, t, f64x2.splat(-0.6078966419718923));
  return madd(p, t, f64x2.splat(0.75528513041575149));
}
