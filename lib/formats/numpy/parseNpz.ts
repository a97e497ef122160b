import type { NdArray } from "./NdArray";
import { checkNpyStart, parseNpy } from "./parseNpy";
import { unzip } from "./unzip";

/** What the arrays of a file may take together, in bytes, unless told otherwise. */
const MOST = 2 ** 30;

/**
 * Parses NumPy's .npz format: a zip archive of .npy files, packed or not. Only the arrays asked for are unpacked, and
 * their checksums are checked; one whose header does not fit its size is not unpacked at all.
 * Source: numpy.savez, numpy.savez_compressed.
 * @param names the arrays to read, without `.npy`; all of them have to be there.
 * @param name what an error calls the file.
 * @param maxBytes what the arrays may take together, unpacked. (default: 1 GiB)
 * @throws FileError if it is no zip archive, damaged, or an array is missing, too large, or cannot be read.
 */
export function parseNpz<K extends string>(
  bytes: Uint8Array,
  names: readonly K[],
  name: string,
  maxBytes: number = MOST,
): Record<K, NdArray> {
  const files = unzip(
    bytes,
    names.map((array) => `${array}.npy`),
    name,
    maxBytes,
    checkNpyStart,
  );
  const arrays = [...files].map(
    ([file, content], i) => [names[i], parseNpy(content, `${name}/${file}`)] as const,
  );
  return Object.fromEntries(arrays) as Record<K, NdArray>;
}
