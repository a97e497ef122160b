/*
 * Numbers too small to change anything become 0. Left alone, a gradient that fades over hundreds of steps of a sequence,
 * or a moment of a weight that gets no gradient any more, would shrink on to subnormal numbers, which are a hundred times
 * slower to compute with.
 */
import { Real } from "./real";

/** A gradient below this changes no weight. */
export const LEAST_GRADIENT: Real = sizeof<Real>() == 4 ? <Real>1e-20 : <Real>1e-150;
/** A velocity of SGD below this moves no weight. */
export const LEAST_VELOCITY: Real = sizeof<Real>() == 4 ? <Real>1e-30 : <Real>1e-200;

/**
 * Adam divides by moments that may be as small, so for it the bounds are lower: those of an ε of 1e-8 or more, with
 * which the least second moment is far below ε². `adam` lowers them further for a smaller ε.
 */
export const ADAM_GRADIENT: Real = sizeof<Real>() == 4 ? <Real>1e-18 : <Real>1e-150;
export const ADAM_MOMENT: Real = sizeof<Real>() == 4 ? <Real>1e-33 : <Real>1e-200;
export const ADAM_EPSILON: Real = <Real>1e-8;
/** The square of a number below this is subnormal. */
export const LEAST_SQUARED: Real = sizeof<Real>() == 4 ? <Real>1.1e-19 : <Real>1.5e-154;

/** x, or 0 where |x| is below `least`. NaN stays NaN. */
@inline
export function dropBelow(x: v128, least: Real): v128 {
  return v128.andnot(x, v128.lt<Real>(v128.abs<Real>(x), v128.splat<Real>(least)));
}

/** The same for one value. */
@inline
export function dropOneBelow(x: Real, least: Real): Real {
  return abs<Real>(x) < least ? <Real>0 : x;
}

/** The bound of gradients, for losses that are computed elsewhere. */
export function leastGradient(): f64 {
  return LEAST_GRADIENT;
}
