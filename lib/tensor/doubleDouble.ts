/**
 * Arithmetic with about 106 significant bits: a number is the unevaluated sum hi + lo of two doubles,
 * |lo| ≤ ½ ulp(hi). Every double operation's rounding error is itself a double, and these formulas find it.
 * Source: T. J. Dekker, "A floating-point technique for extending the available precision", 1971;
 * D. E. Knuth, TAOCP vol. 2, 4.2.2.
 */
export type DoubleDouble = readonly [hi: number, lo: number];

const SPLITTER = 2 ** 27 + 1;

/** a + b exactly. */
function twoSum(a: number, b: number): DoubleDouble {
  const sum = a + b;
  const bRounded = sum - a;
  return [sum, a - (sum - bRounded) + (b - bRounded)];
}

/** a · b exactly, for products below 2^996. */
export function twoProduct(a: number, b: number): DoubleDouble {
  const product = a * b;
  const aShifted = SPLITTER * a;
  const bShifted = SPLITTER * b;
  const aHi = aShifted - (aShifted - a);
  const bHi = bShifted - (bShifted - b);
  const aLo = a - aHi;
  const bLo = b - bHi;
  return [product, aHi * bHi - product + aHi * bLo + aLo * bHi + aLo * bLo];
}

/** x + y. */
export function add(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const [sum, error] = twoSum(x[0], y[0]);
  const [lows, lowsError] = twoSum(x[1], y[1]);
  const [hi, lo] = twoSum(sum, error + lows);
  return twoSum(hi, lo + lowsError);
}

/** x · y. */
export function multiply(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const [product, error] = twoProduct(x[0], y[0]);
  return twoSum(product, error + (x[0] * y[1] + x[1] * y[0]));
}

/** x / y, by one Newton correction of the double quotient and one of its remainder. */
export function divide(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const first = x[0] / y[0];
  const remainder = add(x, multiply(y, [-first, 0]));
  const second = remainder[0] / y[0];
  const third = add(remainder, multiply(y, [-second, 0]))[0] / y[0];
  return add(twoSum(first, second), [third, 0]);
}
