import type { Kernels } from "./Kernels";

/** A new instance of compiled kernels over a memory; each thread has its own. */
export function instantiate(bytes: Uint8Array, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as Kernels;
}
