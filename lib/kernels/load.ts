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

/** What this engine runs best. */
export function features(): Features {
  vectorBits(); // asks V8 for what it returns, which must come before the compiling
  return hasRelaxedSimd() ? "relaxed" : "simd";
}
