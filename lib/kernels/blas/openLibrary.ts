import { loadPackage } from "../../platform/packages";
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

/**
 * OpenBLAS reads this as it loads: its idle threads spin for 2ⁿ cycles before they sleep. Its default, 2²⁶ (tens of
 * milliseconds), would keep the processors from the kernels' threads, which run between two products.
 */
const SPIN = "OPENBLAS_THREAD_TIMEOUT";
const SPIN_EXPONENT = "12";

let koffi: Koffi | undefined;

/**
 * Opens a native library through koffi, which is read on the first call and not before.
 * @throws EnvironmentError where koffi cannot be had; koffi's own Error for a library that does not open.
 */
export function openLibrary(path: string): NativeLibrary {
  koffi ??= loadPackage('backend "blas"', "koffi") as Koffi;
  const given = process.env[SPIN];
  process.env[SPIN] ??= SPIN_EXPONENT;
  try {
    return koffi.load(path);
  } finally {
    if (given === undefined) delete process.env[SPIN];
  }
}
