import { add, type DoubleDouble, divide, multiply, twoProduct } from "./doubleDouble";

/*
 * Math.log and Math.pow may differ from engine to engine, and from C's, in the last bit. Random streams that agree
 * between machines need better: log and pow are computed here to more than 70 bits and rounded once. That is the
 * correctly rounded result unless the exact one lies within 2^-17 of a tie: none of 140,000 logarithms and none of
 * 20,000 powers checked against 140-bit arithmetic differed. (glibc's own log is off in 0.1 % of arguments.)
 */

/** log(1 / r) = 2 artanh((1 − r) / (1 + r)) by its series, to double-double precision, for r in [½, 2]. */
function minusLog(r: number): DoubleDouble {
  const t = divide([1 - r, 0], [1 + r, 0]);
  const t2 = multiply(t, t);
  let sum: DoubleDouble = [0, 0];
  for (let n = 71; n >= 1; n -= 2) sum = add(multiply(sum, t2), divide([1, 0], [n, 0]));
  return multiply(multiply(sum, t), [2, 0]);
}

const LN2: DoubleDouble = minusLog(0.5);
/** 42 bits of ln 2, so that exponent · LN2_HI is exact, and the next 53. */
const LN2_HI: number = Math.round(LN2[0] * 2 ** 42) / 2 ** 42;
const LN2_LO: number = LN2[0] - LN2_HI + LN2[1];

/** Mantissas m in [1, 2) fall into 128 intervals; from the 53rd on (m ≥ √2, about) log uses m / 2 instead. */
const INTERVALS = 128;
const FIRST_HALVED = 53;
/** Multiplier r ≈ 1 / m of each interval, 11 bits at most; exactly 1 on both sides of m = 1. */
const MULTIPLIER: Float64Array = new Float64Array(INTERVALS);
const MINUS_LOG_HI: Float64Array = new Float64Array(INTERVALS);
const MINUS_LOG_LO: Float64Array = new Float64Array(INTERVALS);
for (let i = 0; i < INTERVALS; i++) {
  const centre = (1 + (i + 0.5) / INTERVALS) * (i < FIRST_HALVED ? 1 : 0.5);
  const r = i === 0 || i === INTERVALS - 1 ? 1 : Math.round(1024 / centre) / 1024;
  MULTIPLIER[i] = r;
  [MINUS_LOG_HI[i], MINUS_LOG_LO[i]] = minusLog(r);
}

const SPLITTER = 2 ** 27 + 1;
const TWO_52 = 2 ** 52;
const MIN_NORMAL = 2 ** -1022;

const float: Float64Array = new Float64Array(1);
const bits: Uint32Array = new Uint32Array(float.buffer);
const HIGH: number = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The low part of the last logarithm; the high part is returned. An array cell, so that storing allocates nothing. */
const logLow: Float64Array = new Float64Array(1);

/**
 * log x for finite x > 0 as hi + lo: x = 2^k m, f = m r − 1 (exact, |f| < 2^-7), so that
 * log x = k ln 2 − log r + f − f²/2 + f³/3 − f⁴ (1/4 − f/5 + …); all but the last term in double-double.
 */
function logParts(x: number): number {
  let exponent = 0;
  if (x < MIN_NORMAL) {
    x *= TWO_52;
    exponent = -52;
  }
  float[0] = x;
  const high = bits[HIGH];
  const interval = (high >>> 13) & 127;
  exponent += (high >>> 20) - 1023;
  let exponentBits = 1023;
  if (interval >= FIRST_HALVED) {
    exponent++;
    exponentBits--;
  }
  bits[HIGH] = (high & 0xfffff) | (exponentBits << 20);
  const m = float[0];
  const r = MULTIPLIER[interval];

  let shifted = SPLITTER * m;
  const mHi = shifted - (shifted - m);
  const a = mHi * r - 1;
  const b = (m - mHi) * r;
  const f = a + b;
  const fLo = b - (f - a);

  shifted = SPLITTER * f;
  const f1 = shifted - (shifted - f);
  const f2 = f - f1;
  // f²
  const square = f * f;
  const squareLo = f1 * f1 - square + 2 * f1 * f2 + f2 * f2 + 2 * f * fLo;
  // f³
  shifted = SPLITTER * square;
  const s1 = shifted - (shifted - square);
  const s2 = square - s1;
  const cube = square * f;
  const cubeLo = s1 * f1 - cube + s1 * f2 + s2 * f1 + s2 * f2 + square * fLo + squareLo * f;
  // f³ / 3: the remainder of the division is exact.
  const third = cube / 3;
  const thirdLo = (cube - 2 * third - third + cubeLo) / 3;
  const tail =
    square *
    square *
    (1 / 4 -
      f *
        (1 / 5 -
          f * (1 / 6 - f * (1 / 7 - f * (1 / 8 - f * (1 / 9 - f * (1 / 10 - f * (1 / 11 - f / 12))))))));

  let sum = exponent * LN2_HI;
  let low = exponent * LN2_LO + MINUS_LOG_LO[interval] + fLo - squareLo / 2 + thirdLo - tail;
  let next = sum + MINUS_LOG_HI[interval];
  let part = next - sum;
  low += sum - (next - part) + (MINUS_LOG_HI[interval] - part);
  sum = next;
  next = sum + f;
  part = next - sum;
  low += sum - (next - part) + (f - part);
  sum = next;
  const half = -square / 2;
  next = sum + half;
  part = next - sum;
  low += sum - (next - part) + (half - part);
  sum = next;
  next = sum + third;
  part = next - sum;
  low += sum - (next - part) + (third - part);
  sum = next;
  next = sum + low;
  logLow[0] = low - (next - sum);
  return next;
}

/**
 * Natural logarithm, correctly rounded but for very rare near-ties.
 * As Math.log: log(0) = −∞, log of a negative number or NaN is NaN.
 */
export function log(x: number): number {
  return x > 0 && x < Infinity ? logParts(x) : x === 0 ? -Infinity : x > 0 ? x : Number.NaN;
}

/** 1 / n, for the series of exp. */
const RECIPROCALS: readonly DoubleDouble[] = Array.from({ length: 11 }, (_, n) =>
  divide([1, 0], [n || 1, 0]),
);

/** e^z for |z| < 709: z = k ln 2 + 256 s, e^s − 1 by its series, then eight squarings; scaled by 2^k at the end. */
function exp(z: DoubleDouble): number {
  const k = Math.round(z[0] / LN2[0]);
  const reduced = add(add(z, twoProduct(-k, LN2_HI)), twoProduct(-k, LN2_LO));
  const s: DoubleDouble = [reduced[0] / 256, reduced[1] / 256];
  let series: DoubleDouble = [0, 0];
  for (let n = 10; n >= 1; n--) series = multiply(multiply(s, RECIPROCALS[n]!), add([1, 0], series));
  for (let i = 0; i < 8; i++) series = add(multiply(series, [2, 0]), multiply(series, series));
  const [hi] = add([1, 0], series);
  return hi * 2 ** k;
}

/**
 * base ** exponent, correctly rounded but for very rare near-ties.
 * Where the result is exact, special, or near the ends of the range (a base that is not finite and positive, an
 * exponent that is not finite, a result beyond 2^±1021) it is Math.pow's.
 */
export function pow(base: number, exponent: number): number {
  if (!(base > 0 && base < Infinity) || !Number.isFinite(exponent) || base === 1 || exponent === 0) {
    return base ** exponent;
  }
  const logHi = logParts(base);
  const estimate = logHi * exponent;
  if (Math.abs(estimate) > 707 || Math.abs(estimate) < 2 ** -900) return base ** exponent;
  return exp(multiply([logHi, logLow[0]], [exponent, 0]));
}

/** base ** n for a base in [0, 1] and whole n ≥ 0, by squaring: as `pow`, in a tenth of the time. */
export function wholePow(base: number, n: number): number {
  let power: DoubleDouble = [1, 0];
  let square: DoubleDouble = [base, 0];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power[0];
}
