import type * as Pickle from "pickleparser";
import { FileError, ScratchError } from "../../errors";
import { loadPackage } from "../../platform/packages";
import { numpyNames } from "./numpyNames";

/**
 * Reads a pickle of Python 2 or 3 (protocols 0 to 5) without running any of it: lists and tuples become arrays, dicts
 * become Maps, byte strings of Python 2 become strings as latin1 (`pickle.load(f, encoding="latin1")`), bytes become
 * Uint8Array, and NumPy's arrays become `NdArray`.
 * @param name what an error calls the file.
 * @throws FileError if it is damaged, truncated, holds something else, or asks to import any name but NumPy's few.
 */
export function parsePickle(bytes: Uint8Array, name: string): unknown {
  const refuse = (what: string) => (): never => {
    throw new FileError(name, `expected a pickle that is complete in itself, got one that asks for ${what}`);
  };
  const { Parser } = loadPackage("parsePickle", "pickleparser") as typeof Pickle;
  const { PickleBytes } = require("./PickleBytes") as typeof import("./PickleBytes");
  const parser = new Parser({
    nameResolver: { resolve: numpyNames(name) },
    persistentResolver: { resolve: refuse("a persistent object") },
    extensionResolver: { resolve: refuse("a registered extension") },
    unpicklingTypeOfDictionary: "Map",
  });
  try {
    return parser.read(new PickleBytes(bytes));
  } catch (error) {
    if (error instanceof ScratchError) throw error;
    const reason = error instanceof Error && !(error instanceof TypeError) ? error.message : "damaged bytes";
    throw new FileError(name, `expected a pickle that can be read, got: ${reason}`);
  }
}
