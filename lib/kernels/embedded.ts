import { EnvironmentError } from "../errors";
import { platform } from "../platform/node/platform";
import type { DType } from "./Kernels";

/** What the build writes beside this file, as a module, so that a bundler takes it along. */
export interface Embedded {
  /** The compiled kernels by dtype and features, deflated, in base64. */
  readonly kernels: Readonly<Record<DType, Readonly<Record<Features, string>>>>;
  /** The script of a thread. */
  readonly thread: string;
}

/** What the kernels are compiled to: with fused multiply-add, or without; or with it, for pairs of vectors. */
export type Features = "relaxed" | "simd" | "wide";

/** The compiled kernels of a dtype. @throws EnvironmentError if they were not built. */
export function kernelBytes(dtype: DType, features: Features): Uint8Array {
  return platform.inflate(embedded().kernels[dtype][features]);
}

/** The script of a thread. @throws EnvironmentError if it was not built. */
export function threadScript(): string {
  return embedded().thread;
}

function embedded(): Embedded {
  try {
    return require("./embedded.generated") as Embedded;
  } catch {
    throw new EnvironmentError("kernels", "the compiled kernels are missing; run `npm run build`");
  }
}
