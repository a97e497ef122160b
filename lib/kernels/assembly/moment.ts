/* What the optimisers that remember means of gradients share: a step of such a mean, and where it counts as 0. */
import { Real } from "./real";
import { madd } from "./simd";
import { ADAM_EPSILON, ADAM_GRADIENT, ADAM_MOMENT, LEAST_SQUARED } from "./tiny";

/** Which share of the bounds of `tiny.ts` an epsilon leaves: they are those of 1e-8 or more. */
@inline
export function shareOf(epsilon: Real): Real {
  return min<Real>(1, epsilon / ADAM_EPSILON);
}

/** The gradient below which nothing changes. */
@inline
export function leastGradientAt(share: Real): Real {
  return max<Real>(ADAM_GRADIENT * share, LEAST_SQUARED);
}

/** The mean of gradients below which nothing changes; of their squares, `leastMeanAt(share) * share`. */
@inline
export function leastMeanAt(share: Real): Real {
  return ADAM_MOMENT * share;
}

/** An epsilon that may be divided by: one that is 0 in the dtype is its smallest number. */
@inline
export function aboveZero(epsilon: Real): Real {
  return max<Real>(epsilon, sizeof<Real>() == 4 ? <Real>f32.MIN_VALUE : <Real>f64.MIN_VALUE);
}

/**
 * beta · x + to · y with to = 1 − beta, from the nearer end: x + to (y − x) loses y where beta is small, as x may be far
 * larger. `usual` says that to is at most ½.
 */
@inline
export function towards(usual: bool, x: v128, y: v128, beta: Real, to: Real): v128 {
  if (usual || to <= <Real>0.5) return madd(v128.splat<Real>(to), v128.sub<Real>(y, x), x);
  return madd(v128.splat<Real>(beta), x, v128.mul<Real>(v128.splat<Real>(to), y));
}
