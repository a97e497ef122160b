/* What the engine can compile the kernels to. */
import { ArgumentError } from "../errors";
import { platform } from "../platform/node/platform";

let relaxed: boolean | undefined;

/**
 * Whether the engine compiles relaxed SIMD, whose multiply-add is one instruction with one rounding. Node 20 has
 * it behind a flag, later versions have it on.
 */
export function hasRelaxedSimd(): boolean {
  if (relaxed === undefined) {
    platform.allowRelaxedSimd();
    relaxed = WebAssembly.validate(RELAXED_MADD);
  }
  return relaxed;
}

/** (module (func (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd)) */
const RELAXED_MADD: Uint8Array = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32,
  1, 32, 2, 253, 133, 2, 11,
]);

let bits: 128 | 256 | undefined;

/**
 * How wide the kernels' vectors are: 128 bits, as WebAssembly has them; or 256 with SCRATCH_NN_SIMD=256, which makes
 * V8 join pairs of operations where the processor has AVX2. The results are the same to the bit, but V8 calls it an
 * experiment, hence not the default but in this project's own commands (`widenVectors`). Asked for before the kernels
 * are compiled, it holds for the whole process.
 * @throws EnvironmentError where this Node cannot; ArgumentError for another number.
 */
export function vectorBits(): 128 | 256 {
  if (bits === undefined) {
    const chosen = platform.variable("SCRATCH_NN_SIMD") || "128";
    if (chosen !== "128" && chosen !== "256")
      throw new ArgumentError("SCRATCH_NN_SIMD", `must be 128 or 256, got ${chosen}`);
    setVectorBits(chosen === "256" ? 256 : 128);
  }
  return bits as 128 | 256;
}

/** Chooses it for the kernels that are compiled from now on. @throws EnvironmentError where this Node cannot. */
export function setVectorBits(chosen: 128 | 256): void {
  if (chosen === 256 || bits === 256) platform.widenVectors(chosen === 256);
  bits = chosen;
}
