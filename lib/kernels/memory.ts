/*
 * The one memory that all tensors and all threads share. It grows without moving, so views stay valid. A block lives as
 * long as the typed array that stands for it. Whether it still does is asked now and then, also in the middle of a job:
 * the garbage collector is told to run, and what lies between the blocks that are left is free.
 */
import { EnvironmentError } from "../errors";
import { platform } from "../platform/node/platform";
import { FreeSpace, LINE } from "./FreeSpace";
import type { DType, FloatArray } from "./Kernels";

const MIB = 2 ** 20;
const PAGE = 65536;
const MOST_PAGES = 65536;
/** Kernels read up to two cache lines beyond the last row of a matrix; the memory must go on there. */
const MARGIN = 256;
/** The first page is left to nobody, so that 0 is never a valid pointer. */
const FIRST = PAGE;
/** The memory grows by at least this much. */
const GROWTH = 16 * MIB;
/** What an array costs besides its values: in a loop of small ones it is what has to be collected. */
const OVERHEAD = 1024;
/** After this much has been allocated it is time for a collection; up to the most where collections take long. */
const LEAST_BUDGET = 64 * MIB;
const MOST_BUDGET = 256 * MIB;
/** Of the time of a program collections may take this part; with less than a quarter of it they come more often. */
const COLLECTING = 0.04;

let maximum = 0;
/** @internal */
export const memory: WebAssembly.Memory = reserve();

interface Block {
  readonly pointer: number;
  readonly size: number;
  readonly holder: WeakRef<ArrayBufferView>;
  /** Found dead by the last collection. It is free after the next: a caller may still have its pointer in hand. */
  condemned: boolean;
}

/** All blocks in use. What is free follows from it, so an interrupt in the middle of an allocation does no harm. */
let blocks: Block[] = [];
let free: FreeSpace = new FreeSpace();
/** From here on nothing has been used since the last collection. */
let top: number = FIRST;

let allocated = 0;
let budget: number = LEAST_BUDGET;
let collectedAt = 0;

function reserve(): WebAssembly.Memory {
  for (let pages = MOST_PAGES; ; pages >>= 1) {
    try {
      const reserved = new WebAssembly.Memory({ initial: 16, maximum: pages, shared: true });
      maximum = pages * PAGE;
      return reserved;
    } catch (error) {
      if (pages < 1024) throw new EnvironmentError("memory", `cannot reserve 64 MiB of memory (${error})`);
    }
  }
}

/** Zeros of that dtype. @throws EnvironmentError if there is no room, here and below. */
export function allocate(dtype: DType, length: number): FloatArray {
  return allocateUnset(dtype, length).fill(0);
}

/** Whatever lies there, for who overwrites all of it. */
export function allocateUnset(dtype: DType, length: number): FloatArray {
  return dtype === "float32" ? claim(Float32Array, length) : claim(Float64Array, length);
}

/** Int32 zeros, for lists of indices and labels. */
export function allocateInt32(length: number): Int32Array {
  return claim(Int32Array, length).fill(0);
}

/** Bytes, for pixels. */
export function allocateBytes(length: number): Uint8Array {
  return claim(Uint8Array, length).fill(0);
}

/** Whole numbers of 16 bits, for tokens. */
export function allocateTokens(length: number): Uint16Array {
  return claim(Uint16Array, length).fill(0);
}

/** Bytes to compute in, whatever lies there. Pointers that the caller has in hand stay valid, whoever holds them. */
export function allocateScratch(bytes: number): Uint8Array {
  return claim(Uint8Array, bytes, 1);
}

/** Every buffer object under which the memory has been seen: a grown shared memory shows itself as a new one. */
const buffers = new WeakSet<object>();
let newest: object | undefined;

/** Whether an array lies in this memory. That of another copy of the library is another. */
export function isResident(array: ArrayBufferView): boolean {
  return buffers.has(array.buffer);
}

/** The array whose block a resident view lies in. It has to be held as long as the view is used. */
export function holderOf(view: ArrayBufferView): ArrayBufferView | undefined {
  for (let i = blocks.length - 1; i >= 0; i--) {
    const { pointer, size, holder } = blocks[i];
    if (pointer <= view.byteOffset && view.byteOffset < pointer + size) return holder.deref();
  }
  return undefined;
}

/** How many bytes the kernels' memory spans now. */
export function memoryBytes(): number {
  return memory.buffer.byteLength;
}

interface ViewType<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

function claim<A extends ArrayBufferView>(View: ViewType<A>, length: number, mostCollections = 2): A {
  const size = Math.max(1, Math.ceil((length * View.BYTES_PER_ELEMENT) / LINE)) * LINE;
  const pointer = take(size, mostCollections);
  const { buffer } = memory;
  if (buffer !== newest) {
    buffers.add(buffer);
    newest = buffer;
  }
  const array = new View(buffer, pointer, length);
  blocks.push({ pointer, size, holder: new WeakRef(array), condemned: false });
  return array;
}

/** Two collections give back all that nobody holds, one what nobody held at the last. */
function take(size: number, mostCollections: number): number {
  if (size > maximum) throw tooMuch(size);
  let collections = 0;
  allocated += size + OVERHEAD;
  if (allocated > budget) {
    collect();
    collections++;
  }
  for (; ; collections++) {
    const pointer = free.take(size) ?? extend(size);
    if (pointer !== undefined) return pointer;
    if (collections >= mostCollections) throw tooMuch(size);
    collect();
  }
}

/** Takes memory that has not been used yet, or undefined if there is not so much. */
function extend(size: number): number | undefined {
  const missing = top + size + MARGIN - memoryBytes();
  if (missing > 0 && !grow(Math.max(missing, GROWTH)) && !grow(missing)) return undefined;
  const pointer = top;
  top += size;
  return pointer;
}

function grow(bytes: number): boolean {
  try {
    memory.grow(Math.ceil(bytes / PAGE));
    return true;
  } catch {
    return false;
  }
}

/** V8 does not see how much memory a small view stands for, so it has to be told when to collect. */
function collect(): void {
  const began = performance.now();
  platform.collectGarbage();
  sweep();
  const ended = performance.now();
  const share = (ended - began) / (ended - collectedAt);
  if (share > COLLECTING) budget = Math.min(2 * budget, MOST_BUDGET);
  else if (share < COLLECTING / 4) budget = Math.max(budget / 2, LEAST_BUDGET);
  collectedAt = ended;
  allocated = 0;
}

/** Forgets the blocks of arrays that are gone; neighbours become one gap. */
function sweep(): void {
  const left = blocks.filter((block) => {
    const gone = block.holder.deref() === undefined;
    const kept = !(gone && block.condemned);
    block.condemned = gone;
    return kept;
  });
  left.sort((a, b) => a.pointer - b.pointer);
  const gaps = new FreeSpace();
  let end = FIRST;
  for (const { pointer, size } of left) {
    if (pointer > end) gaps.put(end, pointer - end);
    end = pointer + size;
  }
  blocks = left;
  free = gaps;
  top = end;
}

function tooMuch(size: number): EnvironmentError {
  const held = blocks.reduce((sum, block) => sum + block.size, 0);
  const rest = maximum - MARGIN - top;
  // The memory could span more, if the system gave it.
  const unused = rest >= size ? memoryBytes() - MARGIN - top : rest;
  const left = Math.max(free.longest(), unused);
  return new EnvironmentError(
    "memory",
    `${mebibytes(size)} were asked for, ${mebibytes(left)} are left in one piece: ` +
      `${mebibytes(held)} of ${mebibytes(maximum)} are held by ${blocks.length} arrays; ` +
      "drop tensors that are no longer needed, or use smaller batches, a part of the data or float32",
  );
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB).toLocaleString("en")} MiB`;
}
