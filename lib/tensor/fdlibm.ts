/*
 * e^x, log x and log(1 + x) from +, −, · and / alone, with the same bits on every engine. They are those that Node.js
 * has given so far, so that stored results keep theirs: the method and the coefficients are fdlibm's (Sun Microsystems,
 * 1993: e_exp.c, e_log.c, s_log1p.c), whose results are within one unit of the last place. `accurateMath` is closer,
 * and slower.
 */
const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;
/** R(z) ≈ (log(1 + f) − 2 s) / s for s = f / (2 + f), z = s². */
const L1 = 0.6666666666666735;
const L2 = 0.3999999999940942;
const L3 = 0.2857142874366239;
const L4 = 0.22222198432149784;
const L5 = 0.1818357216161805;
const L6 = 0.15313837699209373;
const L7 = 0.14798198605116586;

const float: Float64Array = new Float64Array(1);
const words: Uint32Array = new Uint32Array(float.buffer);
const HIGH: number = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

function highWord(x: number): number {
  float[0] = x;
  return words[HIGH]!;
}

function withHighWord(x: number, high: number): number {
  float[0] = x;
  words[HIGH] = high;
  return float[0];
}

/** 2^k for k from −1022 to 1023. */
function powerOf2(k: number): number {
  return withHighWord(0, (k + 1023) << 20);
}

/**
 * e^x: x = k ln 2 + r with |r| ≤ ½ ln 2, and e^r = 1 + 2 r / (R − r), where R(r²) = r (e^r + 1) / (e^r − 1).
 * As Math.exp: 0 and Infinity beyond the range, NaN of NaN.
 */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const size = Math.abs(x);
  if (size < 2 ** -28) return 1 + x;
  let k = 0;
  let [high, low] = [x, 0];
  if (highWord(size) > 0x3fd62e42) {
    if (x === 1) return Math.E;
    if (highWord(size) < 0x3ff0a2b2) k = x < 0 ? -1 : 1;
    else k = Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
    high = x - k * LN2_HI;
    low = k * LN2_LO;
  }
  const r = high - low;
  const square = r * r;
  const c =
    r -
    square *
      (0.16666666666666602 +
        square *
          (-0.0027777777777015593 +
            square *
              (6.613756321437934e-5 + square * (-1.6533902205465252e-6 + square * 4.1381367970572385e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  if (k === 1024) return y * 2 * powerOf2(1023);
  return k >= -1021 ? y * powerOf2(k) : y * powerOf2(k + 1000) * 2 ** -1000;
}

/**
 * Natural logarithm: x = 2^k (1 + f) with √½ < 1 + f < √2.
 * As Math.log: log(0) = −∞, log of a negative number or NaN is NaN.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  let k = 0;
  if (x < 2 ** -1022) {
    k = -54;
    x *= 2 ** 54;
  }
  const high = highWord(x);
  const fraction = high & 0xfffff;
  const carry = (fraction + 0x95f64) & 0x100000;
  k += (high >> 20) - 1023 + (carry >> 20);
  const f = withHighWord(x, fraction | (carry ^ 0x3ff00000)) - 1;
  if (((fraction + 2) & 0xfffff) < 3) {
    const rest = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - rest : k * LN2_HI - (rest - k * LN2_LO - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const rest = z * (L1 + w * (L3 + w * (L5 + w * L7))) + w * (L2 + w * (L4 + w * L6));
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    if (k === 0) return f - (half - s * (half + rest));
    return k * LN2_HI - (half - (s * (half + rest) + k * LN2_LO) - f);
  }
  return k === 0 ? f - s * (f - rest) : k * LN2_HI - (s * (f - rest) - k * LN2_LO - f);
}

/** log(1 + x) for x in [0, 1], without the digits that 1 + x loses. */
export function log1p(x: number): number {
  if (x < 2 ** -54) return x;
  if (x < 2 ** -29) return x - x * x * 0.5;
  let k = 0;
  let f = x;
  let lost = 0;
  let small = false;
  if (highWord(x) >= 0x3fda827a) {
    const sum = 1 + x;
    const high = highWord(sum);
    const fraction = high & 0xfffff;
    k = (high >> 20) - 1023;
    lost = (k > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum;
    if (fraction < 0x6a09e) {
      small = fraction === 0;
      f = withHighWord(sum, fraction | 0x3ff00000) - 1;
    } else {
      k++;
      small = (0x100000 - fraction) >> 2 === 0;
      f = withHighWord(sum, fraction | 0x3fe00000) - 1;
    }
  }
  const half = 0.5 * f * f;
  const low = k * LN2_LO + lost;
  if (small) {
    if (f === 0) return k * LN2_HI + low;
    const rest = half * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - rest : k * LN2_HI - (rest - low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const rest = z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * (L6 + z * L7))))));
  if (k === 0) return f - (half - s * (half + rest));
  return k * LN2_HI - (half - (s * (half + rest) + low) - f);
}
