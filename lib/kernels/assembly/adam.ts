import { aboveZero, leastGradientAt, leastMeanAt, shareOf, towards } from "./moment";
import { Real } from "./real";
import { at, lanes, madd, read, write } from "./simd";
import { dropBelow } from "./tiny";

/**
 * d = g + decay · w; m ← beta1 · m + toM · d; v ← beta2 · v + toV · d²; w ← keep · w − rate · m / (√v · unbias + epsilon),
 * over [begin, end). toM and toV are 1 − beta1 and 1 − beta2; the caller has the corrections of the bias in `rate` and
 * `unbias`. An epsilon that is 0 in the dtype is its smallest number.
 */
export function adam(
  begin: i32, end: i32, w: usize, g: usize, m: usize, v: usize, beta1: Real, beta2: Real,
  toM: Real, toV: Real, rate: Real, unbias: Real, epsilon: Real, decay: Real, keep: Real,
): void {
  // The usual case has a loop without the question.
  if (toM <= <Real>0.5 && toV <= <Real>0.5) {
    steps(true, begin, end, w, g, m, v, beta1, beta2, toM, toV, rate, unbias, epsilon, decay, keep);
  } else {
    steps(false, begin, end, w, g, m, v, beta1, beta2, toM, toV, rate, unbias, epsilon, decay, keep);
  }
}

@inline
function steps(
  usual: bool, begin: i32, end: i32, w: usize, g: usize, m: usize, v: usize, beta1: Real, beta2: Real,
  toM: Real, toV: Real, rate: Real, unbias: Real, epsilon: Real, decay: Real, keep: Real,
): void {
  const share = shareOf(epsilon), some = aboveZero(epsilon);
  const leastD = leastGradientAt(share), leastM = leastMeanAt(share), leastV = leastM * share;
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) {
    step(
      true, usual, w + at(i), g + at(i), m + at(i), v + at(i), beta1, beta2, toM, toV, rate, unbias, some, decay, keep,
      leastD, leastM, leastV,
    );
  }
  for (; i < end; i++) {
    step(
      false, usual, w + at(i), g + at(i), m + at(i), v + at(i), beta1, beta2, toM, toV, rate, unbias, some, decay, keep,
      leastD, leastM, leastV,
    );
  }
}

/** One vector where `whole`, else one value. */
@inline
function step(
  whole: bool, usual: bool, w: usize, g: usize, m: usize, v: usize, beta1: Real, beta2: Real,
  toM: Real, toV: Real, rate: Real, unbias: Real, epsilon: Real, decay: Real, keep: Real,
  leastD: Real, leastM: Real, leastV: Real,
): void {
  const value = read(whole, w);
  const d = dropBelow(madd(v128.splat<Real>(decay), value, read(whole, g)), leastD);
  const m1 = dropBelow(towards(usual, read(whole, m), d, beta1, toM), leastM);
  const v1 = dropBelow(towards(usual, read(whole, v), v128.mul<Real>(d, d), beta2, toV), leastV);
  const scale = madd(v128.sqrt<Real>(v1), v128.splat<Real>(unbias), v128.splat<Real>(epsilon));
  const kept = v128.mul<Real>(v128.splat<Real>(keep), value);
  write(whole, m, m1);
  write(whole, v, v1);
  write(whole, w, madd(v128.splat<Real>(-rate), v128.div<Real>(m1, scale), kept));
}
