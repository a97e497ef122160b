import { EnvironmentError } from "../../errors";
import type { FloatArray } from "../Kernels";

/** A C function; typed arrays and buffers are passed as pointers to their first byte, without a copy. */
export type NativeFunction = (...values: (number | FloatArray | Buffer)[]) => unknown;

/** The part of koffi's library handle used here. */
export interface NativeLibrary {
  /** @throws Error if the library has no such function. */
  func(name: string, result: string, parameters: readonly string[]): NativeFunction;
}

interface Koffi {
  load(path: string): NativeLibrary;
}

let koffi: Koffi | undefined;

/**
 * Opens a native library through koffi, which is read on the first call and not before.
 * @throws EnvironmentError where koffi cannot be had; koffi's own Error for a library that does not open.
 */
export function openLibrary(path: string): NativeLibrary {
  koffi ??= loadKoffi();
  return koffi.load(path);
}

function loadKoffi(): Koffi {
  try {
    return require("koffi") as Koffi;
  } catch (error) {
    throw new EnvironmentError(
      'backend "blas"',
      "wanted the optional package koffi, which calls native libraries, got " +
        `"${(error as Error).message.split("\n")[0]}" on ${process.platform}-${process.arch}; ` +
        "install it with `npm install --include=optional`",
    );
  }
}
