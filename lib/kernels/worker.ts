/* A thread of the pool: sleeps until a job stands in its slot, runs one kernel over its range, says so. */
import { workerData } from "node:worker_threads";
import type { DType, KernelName, Kernels } from "./Kernels";
import { instantiate } from "./load";
import { DONE, DTYPE, FAILED, KERNEL, READY, SLEEPING, SPINS, TICKET } from "./slot";

interface Start {
  readonly memory: WebAssembly.Memory;
  readonly kernels: readonly KernelName[];
  readonly slot: number;
  readonly args: number;
}

const start = workerData as Start;
const slot = new Int32Array(start.memory.buffer, start.slot, 16);
const a = new Float64Array(start.memory.buffer, start.args, 16);
const loaded: Partial<Record<DType, Kernels>> = {};

Atomics.store(slot, READY, 1);
for (let seen = 0; ; ) {
  for (let spins = 0; Atomics.load(slot, TICKET) === seen; spins++) {
    if (spins < SPINS) continue;
    Atomics.store(slot, SLEEPING, 1);
    Atomics.wait(slot, TICKET, seen);
    Atomics.store(slot, SLEEPING, 0);
  }
  seen = Atomics.load(slot, TICKET);
  try {
    run(slot[DTYPE] === 0 ? "float32" : "float64", start.kernels[slot[KERNEL]!]!);
  } catch {
    Atomics.store(slot, FAILED, 1);
  }
  Atomics.store(slot, DONE, seen);
  Atomics.notify(slot, DONE);
}

/** Calls the kernel with all the words of the slot; WebAssembly ignores those beyond its parameters. */
function run(dtype: DType, name: KernelName): void {
  loaded[dtype] ??= instantiate(dtype, start.memory);
  const kernel = loaded[dtype][name] as (...values: (number | undefined)[]) => void;
  kernel(
    a[0],
    a[1],
    a[2],
    a[3],
    a[4],
    a[5],
    a[6],
    a[7],
    a[8],
    a[9],
    a[10],
    a[11],
    a[12],
    a[13],
    a[14],
    a[15],
  );
}
