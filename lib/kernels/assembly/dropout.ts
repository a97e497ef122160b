import { MULTIPLIER_0, MULTIPLIER_1, ROUNDS, WEYL_0, WEYL_1 } from "./philox";
import { Real } from "./real";
import { at } from "./simd";

/**
 * y[i] = scale · x[i] where the random word i is at least `threshold`, else 0, over [begin, end); begin is a multiple
 * of 16. The words are those of Philox with that key: word 16 B + 4 w + l is word w of counter (4 B + l, 0, 0, 0), so
 * that four counters are worked on side by side.
 */
export function dropout(
  begin: i32, end: i32, x: usize, y: usize, threshold: u32, scale: Real, key0: u32, key1: u32,
): void {
  const m0 = i32x4.splat(MULTIPLIER_0), m1 = i32x4.splat(MULTIPLIER_1);
  const least = i32x4.splat(threshold);
  for (let i = begin; i < end; i += 16) {
    let c0 = i32x4.add(i32x4.splat(i >> 2), i32x4(0, 1, 2, 3));
    let c1 = i32x4.splat(0), c2 = c1, c3 = c1;
    let k0 = key0, k1 = key1;
    for (let round = 0; round < ROUNDS; round++) {
      const low0 = i64x2.extmul_low_i32x4_u(c0, m0), high0 = i64x2.extmul_high_i32x4_u(c0, m0);
      const low1 = i64x2.extmul_low_i32x4_u(c2, m1), high1 = i64x2.extmul_high_i32x4_u(c2, m1);
      c0 = v128.xor(v128.xor(upper(low1, high1), c1), i32x4.splat(k0));
      c1 = lower(low1, high1);
      c2 = v128.xor(v128.xor(upper(low0, high0), c3), i32x4.splat(k1));
      c3 = lower(low0, high0);
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    keep(i, end, x, y, scale, i32x4.ge_u(c0, least));
    keep(i + 4, end, x, y, scale, i32x4.ge_u(c1, least));
    keep(i + 8, end, x, y, scale, i32x4.ge_u(c2, least));
    keep(i + 12, end, x, y, scale, i32x4.ge_u(c3, least));
  }
}

/** The upper halves of four 64-bit products. */
@inline
function upper(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

/** The lower halves of four 64-bit products. */
@inline
function lower(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** Four values from i on, as far as there are so many; `kept` is all ones where a value stays. */
@inline
function keep(i: i32, end: i32, x: usize, y: usize, scale: Real, kept: v128): void {
  if (i + 4 <= end) {
    const scales = v128.splat<Real>(scale);
    if (sizeof<Real>() == 4) {
      v128.store(y + at(i), v128.and(kept, v128.mul<Real>(scales, v128.load(x + at(i)))));
    } else {
      const low = i64x2.extend_low_i32x4_s(kept), high = i64x2.extend_high_i32x4_s(kept);
      v128.store(y + at(i), v128.and(low, v128.mul<Real>(scales, v128.load(x + at(i)))));
      v128.store(y + at(i + 2), v128.and(high, v128.mul<Real>(scales, v128.load(x + at(i + 2)))));
    }
    return;
  }
  const bits = i32x4.bitmask(kept);
  for (let j = i; j < end; j++) {
    store<Real>(y + at(j), (bits >> (j - i)) & 1 ? scale * load<Real>(x + at(j)) : <Real>0);
  }
}
