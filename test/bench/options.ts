import { join } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError, type Backend, getThreads } from "scratch-nn";

export const usage = `npm run bench [-- OPTIONS]    measures training steps and matrix products

  --workload TEXT   only those whose name contains TEXT
  --seconds S       how long a turn lasts (default 1), after half a second that does not count
  --rounds R        turns each takes (default 1, with --peers 5)
  --threads N       threads of the library and of the peers (default: the processors, at most 8)
  --backend NAME    wasm, or blas for a native library (default wasm)
  --peers           compares with NumPy, PyTorch and TensorFlow.js, in turn; all of it takes about 20 minutes
  --python PATH     the Python that has NumPy and PyTorch (default .venv-peers/bin/python)
  --memory          takes 100,000 training steps, as many in NumPy's way and 500 widths: does memory grow?
  --json            one JSON object a result, a line each
  --help            this text`;

export interface Options {
  readonly workload: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly threads: number;
  readonly backend: Backend;
  readonly peers: boolean;
  readonly python: string;
  readonly memory: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

type Text = "workload" | "seconds" | "rounds" | "threads" | "backend" | "python";
type Flag = "peers" | "memory" | "json" | "help";
type Values = { readonly [name in Text]?: string } & { readonly [name in Flag]?: boolean };

const venvPython = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";

/** @throws ArgumentError for an option that is not known or not in its domain. */
export function readOptions(args: string[]): Options {
  const values = parse(args);
  const backend = values.backend ?? "wasm";
  if (backend !== "wasm" && backend !== "blas") {
    throw new ArgumentError("--backend", `must be wasm or blas, got ${backend}`);
  }
  const peers = values.peers ?? false;
  return {
    workload: values.workload ?? "",
    seconds: above0("--seconds", values.seconds ?? "1"),
    rounds: whole("--rounds", values.rounds ?? (peers ? "5" : "1"), 1000),
    threads: whole("--threads", values.threads ?? `${getThreads()}`, 64),
    backend,
    peers,
    python: values.python ?? join(__dirname, "../../.venv-peers", venvPython),
    memory: values.memory ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: string[]): Values {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    workload: text,
    seconds: text,
    rounds: text,
    threads: text,
    backend: text,
    python: text,
    peers: flag,
    memory: flag,
    json: flag,
    help: flag,
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new ArgumentError("npm run bench", `${problem}; --help lists the options`);
  }
}

function above0(where: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 3600)) throw new ArgumentError(where, `must be a number above 0, got ${text}`);
  return value;
}

function whole(where: string, text: string, most: number): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= most)) {
    throw new ArgumentError(where, `must be a whole number from 1 to ${most}, got ${text}`);
  }
  return value;
}
