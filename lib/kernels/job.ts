/* The job that all threads share: a kernel, its arguments and the parts its range is cut into. */
import type { DType, Kernels } from "./Kernels";
import { NAMES } from "./kernelTable";

/** Where a job stands in shared memory: int32 words, and the arguments of the kernel as float64. */
export interface Job {
  readonly words: Int32Array;
  readonly args: Float64Array;
}

/*
 * The words. STATE holds a counter of jobs, and as a byte each the end and the first of the parts that nobody has taken,
 * in one word, so that a thread that takes a part knows that the arguments are those of the part. What waiting threads
 * read all the time, what they write and what the caller writes lie in cache lines of their own (16 words), or they
 * would pass them to and fro.
 */
export const STATE = 0;
/** Threads with this number or a higher one leave the work to the others. */
export const LIMIT = 1;
/** How many parts are done. */
export const DONE = 16;
/** How many threads sleep and have to be notified. */
export const SLEEPING = 32;
/** How many threads run, beside the caller's. */
export const READY = 33;
export const FAILED = 34;
export const KERNEL = 48;
export const DTYPE = 49;
/** How many arguments; the scratch of the thread follows them. */
export const COUNT = 50;
/** The arguments that are the range, [AXIS] and [AXIS + 1], and what its parts are multiples of. */
export const AXIS = 51;
export const MULTIPLE = 52;
export const PARTS = 53;
/** From here on the scratch of each thread. */
export const SCRATCH = 64;

export const WORDS = 128;
export const MAX_ARGS = 20;

/** How often a thread looks for a job before it sleeps: some hundred microseconds, longer than a step's gaps. */
export const SPINS = 20_000;

/**
 * Takes a part of the job, if one is left, and works it off. Returns whether there was one. The caller of the job begins
 * at the first part and the others at the last, so that each finds in its cache what it had there for the job before.
 */
export function takePart(job: Job, thread: number, load: (dtype: DType) => Kernels): boolean {
  const { words } = job;
  const state = Atomics.load(words, STATE);
  const end = (state >> 8) & 255;
  const first = state & 255;
  if (first >= end) return false;
  const taken = thread === 0 ? state + 1 : state - 256;
  if (Atomics.compareExchange(words, STATE, state, taken) !== state) return true;
  const parts = words[PARTS];
  const part = thread === 0 ? first : end - 1;
  try {
    runPart(job, part, thread, load(words[DTYPE] === 0 ? "float32" : "float64"));
  } catch {
    Atomics.store(words, FAILED, 1);
  }
  if (Atomics.add(words, DONE, 1) + 1 === parts) Atomics.notify(words, DONE);
  return true;
}

/** The arguments of the part this thread works on. */
const own: number[] = [];

function runPart({ words, args }: Job, part: number, thread: number, kernels: Kernels): void {
  const count = words[COUNT];
  own.length = count + 1;
  for (let i = 0; i < count; i++) own[i] = args[i];
  const axis = words[AXIS];
  const multiple = words[MULTIPLE];
  const from = own[axis];
  const to = own[axis + 1];
  const units = Math.ceil((to - from) / multiple);
  const parts = words[PARTS];
  own[axis] = from + Math.ceil((units * part) / parts) * multiple;
  own[axis + 1] = Math.min(to, from + Math.ceil((units * (part + 1)) / parts) * multiple);
  own[count] = words[SCRATCH + thread];
  const kernel: (...values: number[]) => void = kernels[NAMES[words[KERNEL]]];
  kernel(...own);
}
