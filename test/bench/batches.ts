import { RandomState } from "scratch-nn";
import { BATCH_SEED, BATCHES } from "./protocol";

/** The batches' sample numbers, as `RandomState(seed).randint(0, count, (BATCHES, size))` of NumPy draws them. */
export function batches(count: number, size: number): Int32Array[] {
  const drawn = Int32Array.from(new RandomState(BATCH_SEED).randint(0, count, BATCHES * size));
  return Array.from({ length: BATCHES }, (_, i) => drawn.subarray(i * size, (i + 1) * size));
}
