/** So many terms of each series reach beyond the last bit for |x| ≤ π/4. */
const TERMS = 9;

/**
 * cos(π u) for u in [0, 1], from + and · alone, so that it has the same bits on every engine (`Math.cos` does not). It is
 * within 2 ulp of the exact value; cos(π/2) is 0.
 */
export function cosPi(u: number): number {
  if (u > 0.5) return -cosPi(1 - u);
  return u <= 0.25 ? cosine(Math.PI * u) : sine(Math.PI * (0.5 - u));
}

/** 1 − x²/2! + x⁴/4! − …, from the last term to the first. */
function cosine(x: number): number {
  let rest = 0;
  for (let n = TERMS; n > 0; n--) rest = (1 + rest) * (-(x * x) / ((2 * n - 1) * (2 * n)));
  return 1 + rest;
}

/** x − x³/3! + x⁵/5! − …, from the last term to the first. */
function sine(x: number): number {
  let rest = 0;
  for (let n = TERMS; n > 0; n--) rest = (1 + rest) * (-(x * x) / (2 * n * (2 * n + 1)));
  return x + x * rest;
}
