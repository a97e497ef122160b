import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { EnvironmentError } from "../errors";
import type { DType, Kernels } from "./Kernels";
import { memory } from "./memory";

const loaded: Partial<Record<DType, Kernels>> = {};

/** The kernels of a dtype, compiled for this engine on first use. */
export function kernels(dtype: DType): Kernels {
  loaded[dtype] ??= instantiate(dtype, memory);
  return loaded[dtype];
}

/** A new instance of the kernels over a memory; each thread has its own. */
export function instantiate(dtype: DType, shared: WebAssembly.Memory): Kernels {
  const real = dtype === "float32" ? "f32" : "f64";
  const file = join(__dirname, `${real}.${hasRelaxedSimd() ? "relaxed" : "simd"}.wasm`);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new EnvironmentError("kernels", `${file} is missing; run \`npm run build\``);
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: shared } });
  return instance.exports as Kernels;
}

let relaxed: boolean | undefined;

/**
 * Whether the engine compiles relaxed SIMD, whose multiply-add is one instruction with one rounding. Node 20 has
 * it behind a flag, later versions have it on.
 */
export function hasRelaxedSimd(): boolean {
  if (relaxed === undefined) {
    if (Number(process.versions.node.split(".")[0]) < 22)
      setFlagsFromString("--experimental-wasm-relaxed-simd");
    relaxed = WebAssembly.validate(RELAXED_MADD);
  }
  return relaxed;
}

/** (module (func (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd)) */
const RELAXED_MADD: Uint8Array = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32,
  1, 32, 2, 253, 133, 2, 11,
]);
