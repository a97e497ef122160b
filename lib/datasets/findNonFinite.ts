import type { FloatArray } from "../kernels/Kernels";

/** Values that are looked at in one go. */
const BLOCK = 4096;

/** The place of the first value that is NaN or infinite; −1 if all are finite. */
export function findNonFinite(values: FloatArray): number {
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, values.length);
    if (areFinite(values, start, end)) continue;
    for (let i = start; i < end; i++) if (!Number.isFinite(values[i])) return i;
  }
  return -1;
}

/** 0 · v is 0 for a finite v and else NaN: a sum of them asks nothing of the single value. */
function areFinite(values: FloatArray, start: number, end: number): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = start;
  for (; i + 4 <= end; i += 4) {
    a += 0 * values[i];
    b += 0 * values[i + 1];
    c += 0 * values[i + 2];
    d += 0 * values[i + 3];
  }
  for (; i < end; i++) a += 0 * values[i];
  return a + b + c + d === 0;
}
