/** Squares of numbers outside of 1e-100 … 1e100 would be infinite, or 0. */
const LARGE = 1e100;

/** What the values are divided by before their squares are summed: 1, or the largest of them if it is very large or small. */
export function unitOf(values: ArrayLike<number>): number {
  const largest = Float64Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest > LARGE || (largest > 0 && largest < 1 / LARGE) ? largest : 1;
}
