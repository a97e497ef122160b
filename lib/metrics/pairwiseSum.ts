const BLOCK = 128;

/**
 * The sum of the values in the order of NumPy's `sum`, equal to it to the last bit: one after the other below 8,
 * eight interleaved sums up to 128, two halves above.
 */
export function pairwiseSum(values: readonly number[]): number {
  const n = values.length;
  if (n < 8) return values.reduce((sum, value) => sum + value, 0);
  if (n > BLOCK) {
    const half = Math.floor(n / 2);
    const split = half - (half % 8);
    return pairwiseSum(values.slice(0, split)) + pairwiseSum(values.slice(split));
  }
  const s = values.slice(0, 8);
  const even = n - (n % 8);
  for (let i = 8; i < even; i++) s[i % 8] += values[i];
  const sum = s[0] + s[1] + (s[2] + s[3]) + (s[4] + s[5] + (s[6] + s[7]));
  return values.slice(even).reduce((total, value) => total + value, sum);
}
