import { unzipSync } from "fflate";
import { FileError, messageOf } from "../../errors";
import type { NdArray } from "./NdArray";
import { parseNpy } from "./parseNpy";

/**
 * Parses NumPy's .npz format: a zip archive of .npy files, packed or not. Only the arrays asked for are unpacked.
 * Source: numpy.savez, numpy.savez_compressed.
 * @param names the arrays wanted, without `.npy`; all of them have to be there.
 * @param name what an error calls the file.
 * @throws FileError if it is no zip archive, damaged, or an array is missing or cannot be read.
 */
export function parseNpz<K extends string>(
  bytes: Uint8Array,
  names: readonly K[],
  name: string,
): Record<K, NdArray> {
  const wanted = new Set(names.map((array) => `${array}.npy`));
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: (file) => wanted.has(file.name) });
  } catch (error) {
    const reason = messageOf(error);
    throw new FileError(name, `expected a .npz file (a zip archive) that unpacks, got: ${reason}`);
  }
  const missing = [...wanted].filter((file) => !Object.hasOwn(files, file));
  if (missing.length > 0) {
    throw new FileError(name, `expected ${[...wanted].join(", ")} in it, got no ${missing.join(", no ")}`);
  }
  const arrays = names.map(
    (array) => [array, parseNpy(files[`${array}.npy`], `${name}/${array}.npy`)] as const,
  );
  return Object.fromEntries(arrays) as Record<K, NdArray>;
}
