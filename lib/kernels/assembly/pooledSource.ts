/*
 * A gradient behind max pooling is 0 but for one value a window. It is read where it lies before the pooling is undone:
 * the value of a window, its place there, and, where the values were rectified, whether the result is above 0.
 */
import { Real } from "./real";
import { at, lanes } from "./simd";

/** One vector of integers as wide as the values. */
@inline
export function wholeNumber(value: i32): v128 {
  return sizeof<Real>() == 4 ? i32x4.splat(value) : i64x2.splat(value);
}

@inline
function isBetween(a: v128, from: i32, to: i32): v128 {
  const low = wholeNumber(from), high = wholeNumber(to);
  return sizeof<Real>() == 4
    ? v128.and(i32x4.ge_s(a, low), i32x4.lt_s(a, high))
    : v128.and(i64x2.ge_s(a, low), i64x2.lt_s(a, high));
}

@inline
export function sameNumbers(a: v128, b: v128): v128 {
  return sizeof<Real>() == 4 ? i32x4.eq(a, b) : i64x2.eq(a, b);
}

/** Where a value takes the place of the best so far: if it is larger, or the first NaN. */
@inline
export function largerBits(value: v128, best: v128): v128 {
  return v128.or(v128.gt<Real>(value, best), v128.andnot(v128.ne<Real>(value, value), v128.ne<Real>(best, best)));
}

/**
 * Which of the 2 · lanes values at `cell` bytes are not 0, as bits. Unless `to` is 0, only those count whose place in
 * the window is in [from, to), and unless `open` is 0, only those with a result above 0.
 */
@inline
export function nonZeroBits(x: usize, cell: usize, from: i32, to: i32, places: usize, open: usize): i32 {
  const zero = v128.splat<Real>(0);
  let low = v128.ne<Real>(v128.load(x + cell), zero), high = v128.ne<Real>(v128.load(x + cell, 16), zero);
  if (to > 0) {
    low = v128.and(low, isBetween(v128.load(places + cell), from, to));
    high = v128.and(high, isBetween(v128.load(places + cell, 16), from, to));
    if (open != 0) {
      low = v128.and(low, v128.gt<Real>(v128.load(open + cell), zero));
      high = v128.and(high, v128.gt<Real>(v128.load(open + cell, 16), zero));
    }
  }
  return sizeof<Real>() == 4
    ? i32x4.bitmask(low) | (i32x4.bitmask(high) << 4)
    : i64x2.bitmask(low) | (i64x2.bitmask(high) << 2);
}

/** The same for one value. */
@inline
export function isNonZero(x: usize, cell: usize, from: i32, to: i32, places: usize, open: usize): bool {
  if (load<Real>(x + cell) == <Real>0) return false;
  if (to == 0) return true;
  const place = load<i32>(places + cell);
  return place >= from && place < to && (open == 0 || load<Real>(open + cell) > <Real>0);
}
