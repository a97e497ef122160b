import { numpyNames } from "./numpyNames";
import { PickleBytes } from "./PickleBytes";
import { PickleMachine } from "./PickleMachine";

/**
 * Reads a pickle of Python 2 or 3 (protocols 0 to 5) without running any of it: lists and tuples become arrays, dicts
 * become Maps, byte strings of Python 2 become strings as latin1 (`pickle.load(f, encoding="latin1")`), bytes become
 * Uint8Array, and NumPy's arrays become `NdArray`.
 * @param name what an error calls the file.
 * @throws FileError if it is damaged, truncated, holds something else, asks to import any name but NumPy's few, or
 * needs more memory than 512 MiB.
 */
export function parsePickle(bytes: Uint8Array, name: string): unknown {
  return new PickleMachine(new PickleBytes(bytes, name), numpyNames(name)).run();
}
