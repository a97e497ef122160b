import { Real } from "./real";
import { at, lanes } from "./simd";

/** Σ x² of each block [b0, b1) of x [n], the last one perhaps shorter, written to `sums` as float64. */
export function sumSquares(b0: i32, b1: i32, block: i32, n: i32, x: usize, sums: usize): void {
  for (let b = b0; b < b1; b++) {
    const end = min<i32>((b + 1) * block, n);
    let i = b * block;
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (; i + 8 <= end; i += 8) {
      s0 = addSquares(s0, x + at(i));
      s1 = addSquares(s1, x + at(i + 2));
      s2 = addSquares(s2, x + at(i + 4));
      s3 = addSquares(s3, x + at(i + 6));
    }
    const s = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
    let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
    for (; i < end; i++) {
      const value = <f64>load<Real>(x + at(i));
      sum += value * value;
    }
    store<f64>(sums + (<usize>b << 3), sum);
  }
}

/** s + the squares of two values. */
@inline
function addSquares(s: v128, cell: usize): v128 {
  const pair = sizeof<Real>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(cell)) : v128.load(cell);
  return f64x2.add(s, f64x2.mul(pair, pair));
}

/** x ← factor · x over [begin, end). */
export function scale(begin: i32, end: i32, x: usize, factor: Real): void {
  const factors = v128.splat<Real>(factor);
  let i = begin;
  for (; i + lanes() <= end; i += lanes()) {
    v128.store(x + at(i), v128.mul<Real>(factors, v128.load(x + at(i))));
  }
  for (; i < end; i++) store<Real>(x + at(i), factor * load<Real>(x + at(i)));
}
