import { Real } from "./real";

/** How many values one 128-bit vector holds. */
@inline
export function lanes(): i32 {
  return 16 / sizeof<Real>();
}

/** a·b + c. One rounding (FMA) where the build has relaxed SIMD, two where it has not. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<Real>(a, b, c);
  return v128.add<Real>(v128.mul<Real>(a, b), c);
}

/** The byte offset of element i of an array of values. */
@inline
export function at(i: i32): usize {
  return (<usize>i) * sizeof<Real>();
}

/** The byte offset of element i of an array of int32. */
@inline
export function word(i: i32): usize {
  return (<usize>i) << 2;
}

/** What stands at a place: one vector where `whole`, else one value in all lanes. */
@inline
export function read(whole: bool, cell: usize): v128 {
  return whole ? v128.load(cell) : v128.load_splat<Real>(cell);
}

/** Writes what `read` reads. */
@inline
export function write(whole: bool, cell: usize, x: v128): void {
  if (whole) v128.store(cell, x);
  else store<Real>(cell, v128.extract_lane<Real>(x, 0));
}
