import { exp, expOne } from "./exp";
import { Real } from "./real";
import { at, lanes, word } from "./simd";
import { dropOneBelow, LEAST_GRADIENT } from "./tiny";

/**
 * p = softmax of each row [r0, r1) of x [·, n]: e^(x − max) / Σ e^(x − max). `maxima` and `sums` keep the maximum
 * and the sum of each row, from which a loss finds log p without losing digits.
 */
export function softmax(r0: i32, r1: i32, n: i32, x: usize, p: usize, maxima: usize, sums: usize): void {
  for (let i = r0; i < r1; i++) {
    const row = x + <usize>i * at(n), out = p + <usize>i * at(n);
    let top = load<Real>(row);
    for (let j = 1; j < n; j++) top = max<Real>(top, load<Real>(row + at(j)));
    const shift = v128.splat<Real>(top);
    let j = 0;
    for (; j + lanes() <= n; j += lanes()) {
      v128.store(out + at(j), exp(v128.sub<Real>(v128.load(row + at(j)), shift)));
    }
    for (; j < n; j++) store<Real>(out + at(j), expOne(load<Real>(row + at(j)) - top));
    let sum = <Real>0;
    for (j = 0; j < n; j++) sum += load<Real>(out + at(j));
    for (j = 0; j < n; j++) store<Real>(out + at(j), load<Real>(out + at(j)) / sum);
    store<Real>(maxima + at(i), top);
    store<Real>(sums + at(i), sum);
  }
}

/** dx = p ⊙ (dy − Σⱼ dyⱼ pⱼ) for rows [r0, r1): the Jacobian of softmax times dy. */
export function softmaxGradient(r0: i32, r1: i32, n: i32, p: usize, dy: usize, dx: usize): void {
  for (let i = r0; i < r1; i++) {
    const offset = <usize>i * at(n);
    let dot = <Real>0;
    for (let j = 0; j < n; j++) dot += load<Real>(dy + offset + at(j)) * load<Real>(p + offset + at(j));
    for (let j = 0; j < n; j++) {
      const cell = offset + at(j);
      store<Real>(dx + cell, load<Real>(p + cell) * (load<Real>(dy + cell) - dot));
    }
  }
}

/** d = (p − onehot(labels)) · scale for rows [r0, r1): softmax and cross-entropy in one step. */
export function crossEntropyGradient(
  r0: i32, r1: i32, n: i32, p: usize, labels: usize, scale: Real, d: usize,
): void {
  for (let i = r0; i < r1; i++) {
    const offset = <usize>i * at(n);
    const label = load<i32>(labels + word(i));
    for (let j = 0; j < n; j++) {
      const value = load<Real>(p + offset + at(j)) - <Real>(j == label ? 1 : 0);
      store<Real>(d + offset + at(j), dropOneBelow(value * scale, LEAST_GRADIENT));
    }
  }
}

/** d = (p · Σ targets − targets) · scale for rows [r0, r1), for rows of target values. */
export function crossEntropyTargetsGradient(
  r0: i32, r1: i32, n: i32, p: usize, targets: usize, scale: Real, d: usize,
): void {
  for (let i = r0; i < r1; i++) {
    const offset = <usize>i * at(n);
    let mass = <Real>0;
    for (let j = 0; j < n; j++) mass += load<Real>(targets + offset + at(j));
    for (let j = 0; j < n; j++) {
      const cell = offset + at(j);
      const value = (load<Real>(p + cell) * mass - load<Real>(targets + cell)) * scale;
      store<Real>(d + cell, dropOneBelow(value, LEAST_GRADIENT));
    }
  }
}
