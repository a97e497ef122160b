import { expect } from "vitest";

/**
 * Expects |got − wanted| ≤ tolerance · max(1, |wanted|) for every value; a failure names the worst one. NaN is close
 * to NaN only.
 */
export function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  let worst = 0;
  let at = -1;
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(got[i], wanted[i])) continue;
    const error = Math.abs(got[i]! - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!));
    if (!(error <= worst)) [worst, at] = [Number.isNaN(error) ? Infinity : error, i];
  }
  expect(worst, `value ${at}: got ${got[at]}, wanted ${wanted[at]}`).toBeLessThanOrEqual(tolerance);
}
