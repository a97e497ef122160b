import { ArgumentError, ShapeError } from "../errors";

/**
 * Pearson's r = Σ (xᵢ − x̄)(yᵢ − ȳ) / √(Σ (xᵢ − x̄)² Σ (yᵢ − ȳ)²), from −1 to 1, as `numpy.corrcoef`. NaN where all xᵢ
 * or all yᵢ are equal.
 * @throws ArgumentError for fewer than two pairs; ShapeError if x and y differ in length.
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  if (y.length !== n)
    throw new ShapeError("correlation", `y must have ${n} values, as x has, got ${y.length}`);
  if (n < 2) throw new ArgumentError("correlation", `wanted at least two pairs, got ${n}`);
  const mean = (values: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[i]!;
    return sum / n;
  };
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
