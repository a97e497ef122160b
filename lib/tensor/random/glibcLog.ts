import { decodeBase64 } from "../../formats/base64";
import { twoProduct } from "../doubleDouble";
import { GLIBC_LOG_TABLE } from "./glibcLogTable";

/*
 * NumPy's normals contain the logarithm of the C library. On Linux that is glibc's, which is not correctly rounded in
 * one of a thousand arguments; to draw the same normals the same logarithm is needed. This follows its method (Nagy,
 * Arm optimized-routines, 2018): x = 2^k z, r = z / c − 1 for the c of the table nearest to z, and
 * log x = k ln 2 + log c + log(1 + r), the last by a polynomial, each sum in glibc's order with its fused
 * multiply-adds. The coefficients are those of its e_log_data.c.
 */
const A: readonly number[] = [
  -0.5000000000000001, 0.33333333331825593, -0.2499999999622955, 0.20000304511814496, -0.16667054827627667,
];
const B: readonly number[] = [
  -0.5, 0.3333333333333352, -0.24999999999998432, 0.19999999999320328, -0.16666666669929706,
  0.14285715076560868, -0.12499997863982555, 0.11110712032936046, -0.10000486757818193, 0.09181994006195467,
  -0.08328363062289341,
];
const LN2_HI = 0.6931471805598903;
const LN2_LO = 5.497923018708371e-14;

const TABLE: Float64Array = readTable();
const float: Float64Array = new Float64Array(1);
const words: Uint32Array = new Uint32Array(float.buffer);
const HIGH: number = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
/** The high word of the number at which the exponents change, 0.6875. */
const OFFSET = 0x3fe60000;

function readTable(): Float64Array {
  const view = new DataView(decodeBase64(GLIBC_LOG_TABLE).buffer);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/** a·b + c, rounded once (but for ties that 2⁻⁵³ of the result decides). */
function fma(a: number, b: number, c: number): number {
  const [high, low] = twoProduct(a, b);
  const sum = high + c;
  const rest = sum - high;
  return sum + (high - (sum - rest) + (c - rest) + low);
}

/** The natural logarithm of a normal number > 0, as glibc computes it where the processor has fused multiply-adds. */
export function glibcLog(x: number): number {
  if (x >= 1 - 2 ** -4 && x < 1.064697265625) return logNear1(x - 1);
  float[0] = x;
  const high = words[HIGH] - OFFSET;
  const k = high >> 20;
  const interval = (high >> 13) & 127;
  words[HIGH] -= high & 0xfff00000;
  const r = fma(float[0], TABLE[2 * interval], -1);
  const w = k * LN2_HI + TABLE[2 * interval + 1];
  const hi = w + r;
  const lo = fma(k, LN2_LO, w - hi + r);
  const r2 = r * r;
  const p = fma(r2, fma(r, A[4], A[3]), fma(r, A[2], A[1]));
  return fma(r * r2, p, fma(r2, A[0], lo)) + hi;
}

function logNear1(r: number): number {
  if (r === 0) return 0;
  const r2 = r * r;
  const r3 = r * r2;
  const tail = fma(r3, B[10], fma(r2, B[9], fma(r, B[8], B[7])));
  const middle = fma(r3, tail, fma(r2, B[6], fma(r, B[5], B[4])));
  const p = fma(r3, middle, fma(r2, B[3], fma(r, B[2], B[1])));
  const scaled = r * 2 ** 27;
  const rHi = r + scaled - scaled;
  const rLo = r - rHi;
  const w = rHi * rHi * B[0];
  const hi = r + w;
  const lo = fma(B[0] * rLo, rHi + r, r - hi + w);
  return fma(r3, p, lo) + hi;
}
