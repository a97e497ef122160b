import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../errors";
import { hasRelaxedSimd, vectorBits } from "./engine";
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
  vectorBits(); // asks V8 for what it returns, which must come before the compiling
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
