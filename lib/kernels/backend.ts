import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { platform } from "../platform/node/platform";
import type { Blas } from "./blas/Blas";
import { findBlas } from "./blas/findBlas";
import { hasRelaxedSimd, vectorBits } from "./engine";
import { getThreads } from "./threads";

/** What computes dense matrix products: the WebAssembly kernels, or a native BLAS library. */
export type Backend = "wasm" | "blas";

/** Which library `setBackend("blas")` opens. */
export interface BackendOptions {
  /** The BLAS to open, a file or a name the system's loader knows. Without it the first one found is taken. */
  readonly library?: string;
}

/** What is in use; see `backendInfo`. */
export interface BackendInfo {
  /** What computes dense products. */
  readonly backend: Backend;
  /** How many threads may be used; a BLAS follows if it lets itself be told (OpenBLAS and MKL do). */
  readonly threads: number;
  /** What the WebAssembly kernels are compiled to: with fused multiply-add, or without. */
  readonly simd: "relaxed" | "simd";
  /** How wide their vectors are asked to be; see SCRATCH_NN_SIMD in the README. */
  readonly vectorBits: 128 | 256;
  /** The BLAS that is open. */
  readonly library?: string;
  /** The version and the processor it was built or chosen for, if it says so. */
  readonly config?: string;
}

/** The choice as worker threads started later inherit it. */
const INHERITED = "scratch-nn backend";

type Choice = { readonly backend: Backend; readonly library?: string };

/** undefined until the first use, null for the WebAssembly kernels. */
let active: Blas | null | undefined;

/**
 * Chooses what computes dense matrix products, from now on, here and in threads started later:
 *
 * - "wasm" (the default): the library's own kernels, the same bits on any number of threads;
 * - "blas": a native library's cblas_sgemm and cblas_dgemm, working on the tensors where they lie. The last bits of a
 *   product may depend on the library, the processor and the number of threads.
 *
 * Everything else stays with the WebAssembly kernels, also the products of `Linear` that skip the zeros of a sparse
 * batch. Without a call the environment decides on the first use: SCRATCH_NN_BACKEND is "wasm" or "blas", and
 * SCRATCH_NN_BLAS names the library. A BLAS that cannot be had is an error, never another backend.
 * @throws EnvironmentError if there is no such library, with the places looked at; the backend stays what it was.
 * @throws ArgumentError for another name, or a library without "blas".
 */
export function setBackend(backend: Backend, options: BackendOptions = {}): void {
  checkOptions("setBackend", options, ["library"]);
  const { library } = options;
  if (library !== undefined && typeof library !== "string")
    throw new ArgumentError("setBackend", `library must be a text, got ${inWords(library)}`);
  if (backend === "wasm" && library !== undefined)
    throw new ArgumentError("setBackend", `library is for the backend "blas", got it with "wasm"`);
  active = resolve("setBackend", { backend, library: library ?? environmentLibrary() });
  platform.bequeath(INHERITED, { backend, library: active?.library } satisfies Choice);
}

/** What computes matrix products, and on how many threads. @throws as the first use does; see `setBackend`. */
export function backendInfo(): BackendInfo {
  const blas = activeBlas();
  const simd = hasRelaxedSimd() ? "relaxed" : "simd";
  const common = { threads: getThreads(), simd, vectorBits: vectorBits() } as const;
  if (!blas) return { backend: "wasm", ...common };
  const { library, config } = blas;
  return { backend: "blas", ...common, library, ...(config ? { config } : {}) };
}

/** The BLAS to use for a dense product, with the threads that are wanted now; undefined for the WebAssembly kernels. */
export function activeBlas(): Blas | undefined {
  if (active === undefined) active = resolve("SCRATCH_NN_BACKEND", inherited() ?? environment());
  if (active === null) return undefined;
  const threads = getThreads();
  const current = active.threads();
  if (current !== undefined && current !== threads) active.setThreads(threads);
  return active;
}

function resolve(where: string, { backend, library }: Choice): Blas | null {
  if (backend === "wasm") return null;
  if (backend !== "blas")
    throw new ArgumentError(where, `backend must be "wasm" or "blas", got ${inWords(backend)}`);
  platform.expectNode('backend "blas"');
  return findBlas(library);
}

function inherited(): Choice | undefined {
  return platform.inherited(INHERITED) as Choice | undefined;
}

function environment(): Choice {
  return {
    backend: (platform.variable("SCRATCH_NN_BACKEND") || "wasm") as Backend,
    library: environmentLibrary(),
  };
}

function environmentLibrary(): string | undefined {
  return platform.variable("SCRATCH_NN_BLAS") || undefined;
}
