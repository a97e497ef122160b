import { spawnSync } from "node:child_process";

/** Runs a CommonJS script in a Node of its own, with these environment variables besides ours; returns what it printed. */
export function runNode(script: string, environment: Readonly<Record<string, string>> = {}): string {
  const { SCRATCH_NN_BACKEND: _, SCRATCH_NN_BLAS: __, SCRATCH_NN_SIMD: ___, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
    env: { ...inherited, ...environment },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
