import { ArgumentError, EnvironmentError } from "../errors";
import { platform } from "../platform/node/platform";
import { kernelBytes, threadScript } from "./embedded";
import {
  AXIS,
  COUNT,
  DONE,
  DTYPE,
  FAILED,
  type Job,
  KERNEL,
  LIMIT,
  MAX_ARGS,
  MULTIPLE,
  PARTS,
  READY,
  SCRATCH,
  SLEEPING,
  SPINS,
  STATE,
  takePart,
  WORDS,
} from "./job";
import type { DType } from "./Kernels";
import { type Cut, type KernelName, NAMES } from "./kernelTable";
import { features, kernels } from "./load";
import { allocate, allocateInt32, allocateScratch, memory } from "./memory";

const MAX_THREADS = 64;
/** How long, in milliseconds, a part that another thread has taken may last after an interrupt. */
const ABANDON_MS = 500;

let threadCount = Math.min(platform.processors(), 8);
let started = 0;
let broken = false;
let running = false;
const job: Job = { words: allocateInt32(WORDS), args: allocate("float64", MAX_ARGS) as Float64Array };

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
  threadCount = count;
}

/** How many threads the kernels may use. */
export function getThreads(): number {
  return threadCount;
}

/**
 * Runs a kernel with the range at `axis` cut into as many parts as there are threads, each a multiple of `multiple`; where
 * they differ, the caller's, which begins first, is the longer one. More parts were no faster, not even beside another
 * busy program, and products pack what they read once for each part. A part whose thread is late is done by another.
 * Only the output is split, so each value is computed by one thread, in the same order as ever. A kernel that needs
 * working space gets `scratchBytes` of it as its last argument, each thread its own.
 */
export function splitRun(
  dtype: DType,
  name: KernelName,
  axis: Cut["axis"],
  multiple: number,
  args: readonly number[],
  scratchBytes = 0,
): void {
  kernels(dtype); // what keeps them from being loaded is said here, not lost in a part of the job
  if (running) abandon();
  const threads = threadsReady() + 1;
  const units = Math.ceil((args[axis + 1] - args[axis]) / multiple);
  const parts = Math.min(units, threads);
  const { words } = job;
  for (let i = 0; i < args.length; i++) job.args[i] = args[i];
  for (let thread = 0; thread < threads; thread++) {
    words[SCRATCH + thread] = scratchBytes > 0 ? scratch(thread, scratchBytes) : 0;
  }
  words[KERNEL] = NAMES.indexOf(name);
  words[DTYPE] = dtype === "float32" ? 0 : 1;
  words[COUNT] = args.length;
  words[AXIS] = axis;
  words[MULTIPLE] = multiple;
  words[PARTS] = parts;
  if (words[LIMIT] !== threads) words[LIMIT] = threads;
  words[DONE] = 0;
  running = true;
  Atomics.store(words, STATE, nextState(parts));
  if (threads > 1 && Atomics.load(words, SLEEPING) > 0) Atomics.notify(words, STATE);
  while (takePart(job, 0, kernels));
  waitFor(parts);
  running = false;
  if (Atomics.exchange(words, FAILED, 0) === 1)
    throw new EnvironmentError("threads", `kernel ${name} failed`);
}

/** A counter of jobs above the parts that are left: all of them. */
function nextState(parts: number): number {
  const count = ((Atomics.load(job.words, STATE) >> 16) + 1) & 0x7fff;
  return (count << 16) | (parts << 8);
}

function waitFor(parts: number): void {
  const { words } = job;
  for (let spins = 0; ; spins++) {
    const done = Atomics.load(words, DONE);
    if (done >= parts) return;
    if (spins > SPINS && platform.maySleep) Atomics.wait(words, DONE, done, 100);
  }
}

/**
 * After an interrupt in the middle of a job: nobody takes its other parts, and those that others have taken are waited
 * for. The interrupted part, if it was this thread's own, is never done; hence the limit.
 */
function abandon(): void {
  const { words } = job;
  const end = performance.now() + ABANDON_MS;
  for (let state = Atomics.load(words, STATE); ; state = Atomics.load(words, STATE)) {
    const first = state & 255;
    const left = ((state >> 8) & 255) - first;
    if (Atomics.compareExchange(words, STATE, state, state - (left << 8)) !== state) continue;
    const taken = words[PARTS] - left;
    while (Atomics.load(words, DONE) < taken && performance.now() < end);
    running = false;
    return;
  }
}

/** Starts the threads that are missing; returns how many of them run by now. */
export function threadsReady(): number {
  while (!broken && started < threadCount - 1) startThread();
  return Math.min(threadCount - 1, Atomics.load(job.words, READY));
}

/** Where a thread cannot start, its share of the work stays with the others. */
function startThread(): void {
  started++;
  try {
    platform.startThread(
      threadScript(),
      {
        ...{ memory, words: job.words.byteOffset, args: job.args.byteOffset, thread: started },
        float32: kernelBytes("float32", features()),
        float64: kernelBytes("float64", features()),
      },
      () => {
        broken = true;
      },
    );
  } catch {
    broken = true;
  }
}

const scratches: Uint8Array[] = [];

/** Working space of a thread, 0 being the caller's own. One that is too small is given back. */
export function scratch(thread: number, bytes: number): number {
  let own = scratches[thread];
  if (own === undefined || own.length < bytes) {
    own = allocateScratch(bytes);
    scratches[thread] = own;
  }
  return own.byteOffset;
}
