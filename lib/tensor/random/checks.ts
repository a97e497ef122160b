import { inWords } from "../../checks";
import { ArgumentError } from "../../errors";

/** @throws ArgumentError unless the value is an integer in [low, high]. */
export function checkInteger(where: string, name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new ArgumentError(where, `${name} must be an integer in [${low}, ${high}], got ${inWords(value)}`);
}

/** @throws ArgumentError unless the value is a finite number. */
export function checkFinite(where: string, name: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new ArgumentError(where, `${name} must be finite, got ${inWords(value)}`);
  }
}

/** @throws ArgumentError unless it is an array or a typed array. */
export function checkList(where: string, name: string, values: unknown): void {
  if (Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView))) return;
  throw new ArgumentError(where, `${name} must be an array, got ${inWords(values)}`);
}

/** @throws ArgumentError unless it is an array of floats to be filled. */
export function checkFloats(where: string, out: unknown): void {
  if (out instanceof Float32Array || out instanceof Float64Array) return;
  throw new ArgumentError(where, `out must be a Float32Array or Float64Array, got ${inWords(out)}`);
}

/** @throws ArgumentError unless there are `count` numbers, `positive` of them not 0, that sum to 1 within 1.5e-8. */
export function checkProbabilities(
  where: string,
  probabilities: ArrayLike<number>,
  count: number,
  positive: number,
): void {
  checkList(where, "p", probabilities);
  if (probabilities.length !== count) {
    throw new ArgumentError(where, `p must have ${count} elements, got ${probabilities.length}`);
  }
  let sum = 0;
  let nonZero = 0;
  for (let i = 0; i < count; i++) {
    const p = probabilities[i];
    if (!(typeof p === "number" && p >= 0)) {
      throw new ArgumentError(where, `p must not be negative, got p[${i}] = ${inWords(p)}`);
    }
    sum += p;
    if (p > 0) nonZero++;
  }
  if (Math.abs(sum - 1) > 2 ** -26) throw new ArgumentError(where, `p must sum to 1, got ${sum}`);
  if (nonZero < positive) {
    throw new ArgumentError(where, `p must have at least ${positive} elements above 0, got ${nonZero}`);
  }
}

/** @throws ArgumentError unless low and high are finite and in order. */
export function checkRange(where: string, low: number, high: number): void {
  if (Number.isFinite(low) && Number.isFinite(high) && high >= low && Number.isFinite(high - low)) return;
  throw new ArgumentError(where, `low <= high must be finite, got ${interval(low, high)}`);
}

/** @throws ArgumentError unless the mean is finite and the standard deviation finite and not negative. */
export function checkMoments(where: string, mean: number, std: number): void {
  checkFinite(where, "mean", mean);
  if (!(Number.isFinite(std) && std >= 0)) {
    throw new ArgumentError(where, `std must be finite and not negative, got ${inWords(std)}`);
  }
}

/** @throws ArgumentError unless [low, high) holds an integer, and no more than 2^53 of them. */
export function checkIntegers(where: string, low: number, high: number): void {
  const exact = Number.isSafeInteger(low) && Number.isInteger(high) && Number.isSafeInteger(high - 1);
  if (exact && high > low && high - 1 - low <= Number.MAX_SAFE_INTEGER) return;
  throw new ArgumentError(
    where,
    `low < high must be integers at most 2^53 apart, got ${interval(low, high)}`,
  );
}

function interval(low: unknown, high: unknown): string {
  return `[${inWords(low)}, ${inWords(high)})`;
}
