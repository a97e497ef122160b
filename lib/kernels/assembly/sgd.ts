import { Real } from "./real";
import { at, lanes, madd } from "./simd";
import { dropBelow, dropOneBelow, LEAST_VELOCITY } from "./tiny";

/** w − rate · (g + decay · w), one vector. */
@inline
export function descend(w: v128, g: v128, minusRate: v128, decay: v128): v128 {
  return madd(minusRate, madd(decay, w, g), w);
}

/** w ← w − rate · (g + decay · w) over [begin, end). */
export function sgd(begin: i32, end: i32, w: usize, g: usize, rate: Real, decay: Real): void {
  const minusRate = v128.splat<Real>(-rate), decays = v128.splat<Real>(decay);
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) {
    const cell = w + at(i);
    v128.store(cell, descend(v128.load(cell), v128.load(g + at(i)), minusRate, decays));
  }
  for (; i < end; i++) {
    const cell = w + at(i);
    const value = descend(v128.load_splat<Real>(cell), v128.load_splat<Real>(g + at(i)), minusRate, decays);
    store<Real>(cell, v128.extract_lane<Real>(value, 0));
  }
}

/** v ← momentum · v + d with d = g + decay · w; w ← w − rate · v, or − rate · (d + momentum · v) for Nesterov's form. */
export function sgdMomentum(
  begin: i32, end: i32, w: usize, g: usize, v: usize, rate: Real, decay: Real, momentum: Real, nesterov: bool,
): void {
  const minusRate = v128.splat<Real>(-rate), decays = v128.splat<Real>(decay), momenta = v128.splat<Real>(momentum);
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) {
    const cell = w + at(i);
    const value = v128.load(cell);
    const d = madd(decays, value, v128.load(g + at(i)));
    const velocity = dropBelow(madd(momenta, v128.load(v + at(i)), d), LEAST_VELOCITY);
    v128.store(v + at(i), velocity);
    v128.store(cell, madd(minusRate, nesterov ? madd(momenta, velocity, d) : velocity, value));
  }
  for (; i < end; i++) {
    const value = load<Real>(w + at(i));
    const d = load<Real>(g + at(i)) + decay * value;
    const velocity = dropOneBelow(momentum * load<Real>(v + at(i)) + d, LEAST_VELOCITY);
    store<Real>(v + at(i), velocity);
    store<Real>(w + at(i), value - rate * (nesterov ? d + momentum * velocity : velocity));
  }
}
