import { arch, cpus, platform, release, totalmem } from "node:os";
import { backendInfo } from "../../kernels/backend";
import { numericsDigest } from "../../workers/numericsDigest";

/** What a run was made on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** In bytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly backend: string;
  readonly simd: string;
  readonly vectorBits: number;
  readonly threads: number;
  /** Of trainings through every kernel: where it is the same, so is all that the library computes. */
  readonly numerics: string;
}

export async function thisMachine(): Promise<Machine> {
  const { backend, simd, vectorBits, threads } = backendInfo();
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    backend,
    simd,
    vectorBits,
    threads,
    numerics: await numericsDigest(),
  };
}
