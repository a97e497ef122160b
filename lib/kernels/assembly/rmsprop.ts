import { aboveZero, leastGradientAt, leastMeanAt, shareOf, towards } from "./moment";
import { Real } from "./real";
import { at, lanes, madd, read, write } from "./simd";
import { dropBelow, LEAST_VELOCITY } from "./tiny";

/**
 * d = g + decay · w; v ← alpha · v + to · d²; s = d / (√v + epsilon); w ← w − rate · s, over [begin, end). With a mean m
 * of the gradients, m ← alpha · m + to · d and √(v − m²) stands for √v; with a velocity u, u ← momentum · u + s and u
 * stands for s. Both are 0 where there is none. `to` is 1 − alpha. An epsilon that is 0 in the dtype is its smallest number.
 */
export function rmsprop(
  begin: i32, end: i32, w: usize, g: usize, v: usize, m: usize, u: usize, alpha: Real, to: Real, rate: Real,
  epsilon: Real, decay: Real, momentum: Real,
): void {
  const share = shareOf(epsilon), some = aboveZero(epsilon);
  const leastD = leastGradientAt(share), leastM = leastMeanAt(share), leastV = leastM * share;
  for (let i = begin; i < end; ) {
    const whole = i + lanes() <= end, cell = at(i);
    if (whole) {
      step(
        true, w + cell, g + cell, v + cell, m ? m + cell : 0, u ? u + cell : 0, alpha, to, rate, some, decay, momentum,
        leastD, leastM, leastV,
      );
      i += lanes();
    } else {
      step(
        false, w + cell, g + cell, v + cell, m ? m + cell : 0, u ? u + cell : 0, alpha, to, rate, some, decay, momentum,
        leastD, leastM, leastV,
      );
      i++;
    }
  }
}

/** One vector where `whole`, else one value. */
@inline
function step(
  whole: bool, w: usize, g: usize, v: usize, m: usize, u: usize, alpha: Real, to: Real, rate: Real,
  epsilon: Real, decay: Real, momentum: Real, leastD: Real, leastM: Real, leastV: Real,
): void {
  const value = read(whole, w);
  const d = dropBelow(madd(v128.splat<Real>(decay), value, read(whole, g)), leastD);
  const v1 = dropBelow(towards(false, read(whole, v), v128.mul<Real>(d, d), alpha, to), leastV);
  write(whole, v, v1);
  let spread = v1;
  if (m) {
    const m1 = dropBelow(towards(false, read(whole, m), d, alpha, to), leastM);
    write(whole, m, m1);
    // Rounding may leave less than nothing where the gradients are all alike.
    spread = v128.max<Real>(v128.sub<Real>(v1, v128.mul<Real>(m1, m1)), v128.splat<Real>(0));
  }
  let s = v128.div<Real>(d, v128.add<Real>(v128.sqrt<Real>(spread), v128.splat<Real>(epsilon)));
  if (u) {
    s = dropBelow(madd(v128.splat<Real>(momentum), read(whole, u), s), LEAST_VELOCITY);
    write(whole, u, s);
  }
  write(whole, w, madd(v128.splat<Real>(-rate), s, value));
}
