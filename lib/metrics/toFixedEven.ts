/**
 * The number with so many digits after the point, as Python prints it: an exact tie (0.125 to two digits) goes to the
 * even digit, where Number.prototype.toFixed goes up. For values in [0, 2^52); NaN is "nan".
 */
export function toFixedEven(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  const text = value.toFixed(digits);
  // n + ½ units of 10^-digits is a double only if value · 2^(digits + 1) is an odd integer.
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  if (!isTie || Number(text.at(-1)) % 2 === 0) return text;
  return (value * (1 - Number.EPSILON)).toFixed(digits);
}
