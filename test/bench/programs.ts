import { join, relative } from "node:path";
import { type Backend, EnvironmentError, mnistSource } from "scratch-nn";
import { Program } from "./Program";

const root = join(__dirname, "../..");
const peers = relative(root, join(__dirname, "peers"));

/** The library on that many threads. @throws an Error that says where it looked if the backend is not there. */
export function startOurs(threads: number, backend: Backend): Promise<Program> {
  const name = `scratch-nn ${backend} ${threads}t`;
  const environment = { SCRATCH_NN_BACKEND: backend };
  return Program.start(name, process.execPath, typescript("ours.ts", `${threads}`), environment);
}

/** A loop over typed arrays, for products. */
export function startPlainLoop(): Promise<Program> {
  return Program.start("plain loop", process.execPath, typescript("peers/plainLoop.ts"));
}

/** @throws EnvironmentError that says how to install it. */
export function startNumpy(python: string, threads: number): Promise<Program> {
  return startPython(`numpy ${threads}t`, python, threads, "numpy_peer.py");
}

/** The original of `main.ipynb`, in its own way. @throws EnvironmentError that says how to install it. */
export function startOriginal(python: string, threads: number): Promise<Program> {
  return startPython(`numpy original f64 ${threads}t`, python, threads, "numpy_original.py");
}

/** @throws EnvironmentError that says how to install it. */
export function startTorch(python: string, threads: number): Promise<Program> {
  return startPython(`pytorch ${threads}t`, python, threads, "torch_peer.py", `${threads}`);
}

/** @throws EnvironmentError that says how to install it. */
export async function startTfjs(): Promise<Program> {
  try {
    return await Program.start("tfjs wasm", process.execPath, typescript("peers/tfjs.ts"));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(
      "tfjs wasm",
      `must have TensorFlow.js, got "${problem}"; install it with npm ci --prefix ${peers}`,
    );
  }
}

async function startPython(
  name: string,
  python: string,
  threads: number,
  script: string,
  ...args: string[]
): Promise<Program> {
  const { trainImages, trainLabels } = mnistSource();
  const count = `${threads}`;
  const environment = {
    OPENBLAS_NUM_THREADS: count,
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  try {
    const file = join(__dirname, "peers", script);
    return await Program.start(name, python, [file, trainImages, trainLabels, ...args], environment);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const requirements = relative(root, join(__dirname, "requirements.txt"));
    throw new EnvironmentError(
      "--python",
      `must be a Python with NumPy and PyTorch, got "${problem}"; make one with ` +
        `python3 -m venv .venv-peers && .venv-peers/bin/pip install -r ${requirements}, or name one with --python`,
    );
  }
}

function typescript(file: string, ...args: string[]): string[] {
  return [require.resolve("ts-node/dist/bin"), join(__dirname, file), ...args];
}
