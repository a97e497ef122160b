/* Max pooling over the steps of sequences that lie one behind the other. */
import { largerBits, wholeNumber } from "./pooledSource";
import { Real } from "./real";
import { at, lanes, word } from "./simd";

/**
 * y[n] = the largest value of each of `units` columns over the rows starts[n] … starts[n + 1) of x, and `places` its row
 * counted from starts[n]: the first of equals, the first NaN where there is one. Without a row 0, and place −1.
 */
export function maxOverTime(n0: i32, n1: i32, units: i32, starts: usize, x: usize, y: usize, places: usize): void {
  for (let n = n0; n < n1; n++) {
    const first = load<i32>(starts + word(n)), steps = load<i32>(starts + word(n + 1)) - first;
    const top = x + <usize>first * at(units), row = <usize>n * at(units);
    let u = 0;
    for (; u + lanes() <= units; u += lanes()) {
      let cell = top + at(u);
      let best = steps > 0 ? v128.load(cell) : v128.splat<Real>(0), place = wholeNumber(steps > 0 ? 0 : -1);
      for (let s = 1; s < steps; s++) {
        cell += at(units);
        const value = v128.load(cell), larger = largerBits(value, best);
        best = v128.bitselect(value, best, larger);
        place = v128.bitselect(wholeNumber(s), place, larger);
      }
      v128.store(y + row + at(u), best);
      v128.store(places + row + at(u), place);
    }
    for (; u < units; u++) {
      let cell = top + at(u);
      let best = steps > 0 ? load<Real>(cell) : <Real>0, place = steps > 0 ? 0 : -1;
      for (let s = 1; s < steps; s++) {
        cell += at(units);
        const value = load<Real>(cell);
        if (value > best || (value != value && best == best)) { best = value; place = s; }
      }
      store<Real>(y + row + at(u), best);
      store<i32>(places + row + at(u), place);
    }
  }
}

/** dx = dy at the places of the largest values, 0 everywhere else. */
export function maxOverTimeGradient(
  n0: i32, n1: i32, units: i32, starts: usize, places: usize, dy: usize, dx: usize,
): void {
  for (let n = n0; n < n1; n++) {
    const first = load<i32>(starts + word(n)), steps = load<i32>(starts + word(n + 1)) - first;
    const top = dx + <usize>first * at(units), row = <usize>n * at(units);
    memory.fill(top, 0, <usize>steps * at(units));
    for (let u = 0; u < units; u++) {
      const place = load<i32>(places + row + at(u));
      if (place >= 0) store<Real>(top + <usize>place * at(units) + at(u), load<Real>(dy + row + at(u)));
    }
  }
}
