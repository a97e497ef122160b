import { Real } from "./real";
import { at, lanes, madd } from "./simd";

/** Gradients below this count as 0: their squares would be subnormal, and those are very slow. */
const LEAST_GRADIENT: Real = sizeof<Real>() == 4 ? <Real>1e-18 : <Real>1e-150;
/** Moments below this are 0, for the same reason. */
const LEAST_MOMENT: Real = sizeof<Real>() == 4 ? <Real>1e-33 : <Real>1e-200;

/**
 * d = g + decay · w; m ← m + toM (d − m); v ← v + toV (d² − v); w ← keep · w − rate · m / (√v · unbias + epsilon), over
 * [begin, end). The caller has the corrections of the bias in `rate` and `unbias`.
 */
export function adam(
  begin: i32, end: i32, w: usize, g: usize, m: usize, v: usize,
  toM: Real, toV: Real, rate: Real, unbias: Real, epsilon: Real, decay: Real, keep: Real,
): void {
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) {
    step(true, w + at(i), g + at(i), m + at(i), v + at(i), toM, toV, rate, unbias, epsilon, decay, keep);
  }
  for (; i < end; i++) {
    step(false, w + at(i), g + at(i), m + at(i), v + at(i), toM, toV, rate, unbias, epsilon, decay, keep);
  }
}

/** One vector where `whole`, else one value. */
@inline
function step(
  whole: bool, w: usize, g: usize, m: usize, v: usize,
  toM: Real, toV: Real, rate: Real, unbias: Real, epsilon: Real, decay: Real, keep: Real,
): void {
  const value = read(whole, w);
  const d = cut(madd(v128.splat<Real>(decay), value, read(whole, g)), LEAST_GRADIENT);
  const m0 = read(whole, m), v0 = read(whole, v);
  const m1 = cut(madd(v128.splat<Real>(toM), v128.sub<Real>(d, m0), m0), LEAST_MOMENT);
  const v1 = cut(madd(v128.splat<Real>(toV), v128.sub<Real>(v128.mul<Real>(d, d), v0), v0), LEAST_MOMENT);
  const scale = madd(v128.sqrt<Real>(v1), v128.splat<Real>(unbias), v128.splat<Real>(epsilon));
  const kept = v128.mul<Real>(v128.splat<Real>(keep), value);
  write(whole, m, m1);
  write(whole, v, v1);
  write(whole, w, madd(v128.splat<Real>(-rate), v128.div<Real>(m1, scale), kept));
}

/** x, or 0 where |x| is below `least`. NaN stays NaN. */
@inline
function cut(x: v128, least: Real): v128 {
  return v128.andnot(x, v128.lt<Real>(v128.abs<Real>(x), v128.splat<Real>(least)));
}

@inline
function read(whole: bool, cell: usize): v128 {
  return whole ? v128.load(cell) : v128.load_splat<Real>(cell);
}

@inline
function write(whole: bool, cell: usize, x: v128): void {
  if (whole) v128.store(cell, x);
  else store<Real>(cell, v128.extract_lane<Real>(x, 0));
}
