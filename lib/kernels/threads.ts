import { availableParallelism } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { ArgumentError, EnvironmentError } from "../errors";
import type { DType, KernelName } from "./Kernels";
import { kernels } from "./load";
import { allocateForever, memory } from "./memory";
import { DONE, DTYPE, FAILED, KERNEL, READY, SLEEPING, SPINS, TICKET } from "./slot";

const NAMES: readonly KernelName[] = [
  "addBias",
  "columnSums",
  "relu",
  "reluGradient",
  "sigmoid",
  "sigmoidGradient",
  "gatherBytes",
  "gatherRows",
  "matmul",
  "sgd",
  "sgdMomentum",
  "softmax",
  "softmaxGradient",
  "crossEntropyGradient",
  "nonZeros",
  "sparseMatmul",
  "sparseGradient",
];
const MAX_THREADS = 64;

interface Thread {
  readonly slot: Int32Array;
  readonly args: Float64Array;
}

let wanted = Math.min(availableParallelism(), 8);

/**
 * How many threads the kernels may use, this one included. The results do not depend on it, to the bit.
 * @throws ArgumentError unless count is a whole number from 1 to 64.
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
    throw new ArgumentError(
      "setThreads",
      `count must be a whole number from 1 to ${MAX_THREADS}, got ${count}`,
    );
  }
  wanted = count;
}

/** How many threads the kernels may use. */
export function getThreads(): number {
  return wanted;
}

/** Which arguments of a kernel are the range that may be split: the first two, or the third and fourth. */
export type Axis = 0 | 2;

/**
 * Runs a kernel with the range at `axis` split over the threads, in parts that are multiples of `multiple`.
 * Only the output is split, so each value is computed by one thread, in the same order as ever. A kernel
 * that needs working space gets `scratchBytes` of it as its last argument, each thread its own.
 */
export function split(
  dtype: DType,
  name: KernelName,
  axis: Axis,
  multiple: number,
  args: number[],
  scratchBytes = 0,
): void {
  const from = args[axis]!;
  const to = args[axis + 1]!;
  const units = Math.ceil((to - from) / multiple);
  const others = Math.min(units, threadsReady() + 1) - 1;
  let next = from;
  for (let part = 0; part < others; part++) {
    const end = from + Math.floor((units * (part + 1)) / (others + 1)) * multiple;
    give(
      pool[part]!,
      dtype,
      name,
      axis,
      next,
      end,
      args,
      scratchBytes > 0 ? scratch(part + 1, scratchBytes) : 0,
    );
    next = end;
  }
  args[axis] = next;
  if (scratchBytes > 0) args.push(scratch(0, scratchBytes));
  (kernels(dtype)[name] as (...values: number[]) => void)(...args);
  for (let part = 0; part < others; part++) join(pool[part]!);
}

function give(
  thread: Thread,
  dtype: DType,
  name: KernelName,
  axis: Axis,
  from: number,
  to: number,
  args: readonly number[],
  scratchPointer: number,
): void {
  const { slot } = thread;
  join(thread);
  for (let i = 0; i < args.length; i++) thread.args[i] = args[i]!;
  thread.args[args.length] = scratchPointer;
  thread.args[axis] = from;
  thread.args[axis + 1] = to;
  slot[KERNEL] = NAMES.indexOf(name);
  slot[DTYPE] = dtype === "float32" ? 0 : 1;
  Atomics.add(slot, TICKET, 1);
  if (Atomics.load(slot, SLEEPING) === 1) Atomics.notify(slot, TICKET);
}

/** Waits until the thread has done what it was given. */
function join({ slot }: Thread): void {
  const ticket = Atomics.load(slot, TICKET);
  for (let spins = 0; ; spins++) {
    const done = Atomics.load(slot, DONE);
    if (done === ticket) break;
    if (spins > 50 * SPINS) Atomics.wait(slot, DONE, done, 100);
  }
  if (Atomics.exchange(slot, FAILED, 0) === 1)
    throw new EnvironmentError("threads", "a kernel failed on another thread");
}

const pool: Thread[] = [];

/** Starts the threads that are wanted and missing; returns how many of them run by now, this one not counted. */
export function threadsReady(): number {
  while (pool.length < wanted - 1) pool.push(startThread());
  let ready = 0;
  while (ready < wanted - 1 && Atomics.load(pool[ready]!.slot, READY) === 1) ready++;
  return ready;
}

/** A thread that cannot start is never ready, and its share of the work stays with the others. */
function startThread(): Thread {
  const slot = new Int32Array(memory.buffer, allocateForever(64), 16);
  const args = new Float64Array(memory.buffer, allocateForever(128), 16);
  slot.fill(0);
  try {
    const worker = new Worker(path.join(__dirname, "worker.js"), {
      workerData: { memory, kernels: NAMES, slot: slot.byteOffset, args: args.byteOffset },
      execArgv: [],
    });
    worker.unref();
    worker.on("error", () => Atomics.store(slot, READY, 0));
  } catch {
    // No worker threads here: READY stays 0.
  }
  return { slot, args };
}

const scratches: { pointer: number; bytes: number }[] = [];

/** Working space of a thread, 0 being the caller's own. */
export function scratch(thread: number, bytes: number): number {
  const own = scratches[thread];
  if (own && own.bytes >= bytes) return own.pointer;
  const pointer = allocateForever(bytes);
  scratches[thread] = { pointer, bytes };
  return pointer;
}
