import { type Features, kernelBytes } from "./embedded";
import { hasRelaxedSimd, vectorBits } from "./engine";
import { instantiate } from "./instantiate";
import type { DType, Kernels } from "./Kernels";
import { memory } from "./memory";

const loaded: Partial<Record<DType, Kernels>> = {};

/** The kernels of a dtype, compiled for this engine on first use. @throws EnvironmentError if they were not built. */
export function kernels(dtype: DType): Kernels {
  loaded[dtype] ??= instantiate(kernelBytes(dtype, features()), memory);
  return loaded[dtype];
}

/** Has the kernels compiled anew on their next use: the engine has been asked for something else since. */
export function reloadKernels(): void {
  for (const dtype of ["float32", "float64"] as const) delete loaded[dtype];
}

/** What this engine runs best. */
export function features(): Features {
  if (!hasRelaxedSimd()) return "simd";
  // Asks V8 for what it returns, which must come before the compiling.
  return vectorBits() === 256 ? "wide" : "relaxed";
}
