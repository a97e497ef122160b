import { checkNumbers } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { unitOf } from "./unitOf";

/**
 * Pearson's r = Σ (xᵢ − x̄)(yᵢ − ȳ) / √(Σ (xᵢ − x̄)² Σ (yᵢ − ȳ)²), from −1 to 1, as `numpy.corrcoef`. NaN where all xᵢ
 * or all yᵢ are equal.
 * @throws ArgumentError for fewer than two pairs, or a value that is no finite number; ShapeError if x and y differ in length.
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkNumbers("correlation", { x, y });
  const n = x.length;
  if (y.length !== n)
    throw new ShapeError("correlation", `y must have ${n} values, as x has, got ${y.length}`);
  if (n < 2) throw new ArgumentError("correlation", `x must have at least two values, got ${n}`);
  const [dx, dy] = [deviations(x), deviations(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xx += dx[i] * dx[i];
    yy += dy[i] * dy[i];
    xy += dx[i] * dy[i];
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** The values, in a unit of their own, less their mean: exactly 0 where all are equal, whose sum may be rounded. */
function deviations(values: ArrayLike<number>): Float64Array {
  const unit = unitOf(values);
  const differences = Float64Array.from(values, (value) => value / unit - values[0] / unit);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  return differences.map((difference) => difference - mean);
}
