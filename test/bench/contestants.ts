import { EnvironmentError } from "scratch-nn";
import type { Options } from "./options";
import type { Program } from "./Program";
import { startNumpy, startOriginal, startOurs, startPlainLoop, startTfjs, startTorch } from "./programs";
import { type Perceptron, thinShapes, type Workload, withDType } from "./workloads";

/** A program and what it is given to do; the workload may be the same in another dtype. */
export interface Contestant {
  readonly name: string;
  readonly program: Program;
  readonly workload: Workload;
}

/** Ours and theirs, of which a ratio is wanted. */
export type Pair = readonly [Contestant, Contestant];

/** The programs that run; those that no workload needs or that are not installed are left out. */
export interface Programs {
  readonly ours: Program;
  readonly oursAlone?: Program;
  readonly plainLoop?: Program;
  readonly numpy?: Program;
  readonly original?: Program;
  readonly openblas?: Program;
  readonly torch?: Program;
  readonly tfjs?: Program;
}

/**
 * Starts what the workloads need. A peer that is not installed is left out, with a sentence to `warn` that says how to
 * install it.
 */
export async function startPrograms(
  workloads: readonly Workload[],
  { threads, backend, python }: Options,
  warn: (sentence: string) => void,
): Promise<Programs> {
  const missing = new Set<string>();
  const attempt = async (wanted: boolean, start: () => Promise<Program>): Promise<Program | undefined> => {
    try {
      return wanted ? await start() : undefined;
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      if (!missing.has(error.message)) warn(error.message);
      missing.add(error.message);
      return undefined;
    }
  };
  const trains = workloads.some(({ kind }) => kind === "mlp");
  const trainsLikeOthers = workloads.some(isForAll);
  const convolves = workloads.some(({ kind }) => kind === "cnn");
  const trainsFloat32 = workloads.some((workload) => isForAll(workload) && workload.dtype === "float32");
  const recurs = workloads.some(({ kind }) => kind === "recurrent");
  const multiplies = workloads.some(({ kind }) => kind === "matmul");
  const ours = await startOurs(threads, backend);
  return {
    ours,
    oursAlone: threads === 1 ? ours : await attempt(multiplies, () => startOurs(1, backend)),
    plainLoop: await attempt(workloads.some(isThin), startPlainLoop),
    numpy: await attempt(trainsLikeOthers, () => startNumpy(python, threads)),
    original: await attempt(workloads.some(isOriginals), () => startOriginal(python, threads)),
    openblas: await attempt(multiplies, () => startNumpy(python, 1)),
    torch: await attempt(trains || convolves || recurs, () => startTorch(python, threads)),
    tfjs: await attempt(trainsFloat32, startTfjs),
  };
}

export function stopPrograms(programs: Programs): void {
  for (const program of Object.values(programs) as (Program | undefined)[]) program?.stop();
}

/** Every ratio that is wanted of a workload. */
export function pairs(workload: Workload, programs: Programs): Pair[] {
  const { ours, oursAlone, plainLoop, openblas, torch } = programs;
  if (workload.kind === "mlp") return trainingPairs(workload, programs);
  const all = contestant(ours, workload);
  if (workload.kind === "cnn" || workload.kind === "recurrent") return pair(all, contestant(torch, workload));
  const alone = contestant(oursAlone, workload);
  return [
    ...pair(alone, contestant(openblas, workload, "openblas 1t")),
    ...(ours === oursAlone ? [] : pair(all, alone)),
    ...(isThin(workload) ? pair(all, contestant(plainLoop, workload)) : []),
  ];
}

function trainingPairs(workload: Perceptron, { ours, numpy, original, torch, tfjs }: Programs): Pair[] {
  const own = contestant(ours, workload);
  const numpyIn = (name: string, dtype: "float32" | "float64"): Contestant | undefined =>
    contestant(numpy, withDType(workload, dtype), numpy?.name.replace("numpy", name));
  if (!isForAll(workload)) return pair(own, contestant(torch, workload));
  const isFloat32 = workload.dtype === "float32";
  return [
    ...pair(own, contestant(torch, workload)),
    ...(isFloat32 ? pair(own, numpyIn("numpy f32", "float32")) : []),
    ...pair(own, numpyIn("numpy f64", "float64")),
    ...(isOriginals(workload) ? pair(own, contestant(original, withDType(workload, "float64"))) : []),
    ...(isFloat32 ? pair(own, contestant(tfjs, workload)) : []),
  ];
}

/** A program at a workload, if it runs. */
export function contestant(
  program: Program | undefined,
  workload: Workload,
  name?: string,
): Contestant | undefined {
  return program && { name: name ?? program.name, program, workload };
}

function pair(ours: Contestant | undefined, theirs: Contestant | undefined): Pair[] {
  return ours && theirs ? [[ours, theirs]] : [];
}

/** Whether every program trains it; of the others only PyTorch does. */
function isForAll(workload: Workload): boolean {
  return workload.kind === "mlp" && workload.task === "train" && workload.data === "mnist";
}

/** Whether the original of `main.ipynb` trains it. */
function isOriginals(workload: Workload): boolean {
  return (
    isForAll(workload) && workload.kind === "mlp" && workload.activation === "relu" && workload.batch === 64
  );
}

function isThin(workload: Workload): boolean {
  if (workload.kind !== "matmul") return false;
  return thinShapes.some(([m, k, n]) => m === workload.m && k === workload.k && n === workload.n);
}
