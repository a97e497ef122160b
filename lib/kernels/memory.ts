import { EnvironmentError } from "../errors";
import { platform } from "../platform/node/platform";
import type { DType, FloatArray } from "./Kernels";

const PAGE = 65536;
const MAX_PAGES = 65536;
/** Kernels read up to two cache lines beyond the last row of a matrix; the memory must go on there. */
const MARGIN = 256;
/** The first page is left to nobody, so that 0 is never a valid pointer. */
const FIRST = PAGE;
/** After this much fresh memory the garbage collector is asked for the tensors nobody holds any more. */
const COLLECT_EVERY = 256 * 1024 * 1024;

/**
 * The one memory all tensors and all threads share. It grows without moving, so views stay valid. A block
 * goes back to the free list of its size when the typed array that stood for it is garbage.
 */
export const memory: WebAssembly.Memory = reserve();

const free = new Map<number, number[]>();
let top = FIRST;
let collectAt = FIRST + COLLECT_EVERY;

const registry = new FinalizationRegistry<{ pointer: number; size: number }>(({ pointer, size }) => {
  const list = free.get(size);
  if (list) list.push(pointer);
  else free.set(size, [pointer]);
});

function reserve(): WebAssembly.Memory {
  for (let maximum = MAX_PAGES; ; maximum >>= 1) {
    try {
      return new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    } catch (error) {
      if (maximum < 1024) throw new EnvironmentError("memory", `cannot reserve 64 MiB of memory (${error})`);
    }
  }
}

/** Rounds up to a multiple of 64, or for large blocks to an eighth of the power of two below. */
function sizeClass(bytes: number): number {
  const step = Math.max(64, 2 ** (Math.floor(Math.log2(Math.max(bytes, 1))) - 3));
  return Math.max(64, Math.ceil(bytes / step) * step);
}

/** A block of at least that many bytes at a multiple of 64, never given back. */
export function allocateForever(bytes: number): number {
  return take(sizeClass(bytes));
}

/** Zeros of that dtype in the kernels' memory. The block is free again when the array is garbage. */
export function allocate(dtype: DType, length: number): FloatArray {
  return dtype === "float32" ? claim(Float32Array, length) : claim(Float64Array, length);
}

/** Int32 zeros in the kernels' memory, for lists of indices and labels. */
export function allocateInt32(length: number): Int32Array {
  return claim(Int32Array, length);
}

/** Bytes in the kernels' memory, for pixels. */
export function allocateBytes(length: number): Uint8Array {
  return claim(Uint8Array, length);
}

/** Whole numbers of 16 bits in the kernels' memory, for tokens. */
export function allocateTokens(length: number): Uint16Array {
  return claim(Uint16Array, length);
}

/** Every buffer object under which the memory has been seen: a grown shared memory shows itself as a new one. */
const buffers = new WeakSet<object>();

/** Whether an array lies in the kernels' memory. */
export function isResident(array: ArrayBufferView): boolean {
  return buffers.has(array.buffer);
}

/** How many bytes the kernels' memory spans now. */
export function memoryBytes(): number {
  return memory.buffer.byteLength;
}

interface ViewType<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

function claim<A extends FloatArray | Int32Array | Uint16Array | Uint8Array>(
  View: ViewType<A>,
  length: number,
): A {
  const size = sizeClass(length * View.BYTES_PER_ELEMENT);
  const pointer = take(size);
  const { buffer } = memory;
  buffers.add(buffer);
  const array = new View(buffer, pointer, length);
  array.fill(0);
  registry.register(array, { pointer, size });
  return array;
}

function take(size: number): number {
  const reused = free.get(size)?.pop();
  if (reused !== undefined) return reused;
  if (top + size > collectAt) {
    // V8 does not see how much memory a small view stands for.
    platform.collectGarbage();
    collectAt = top + size + COLLECT_EVERY;
  }
  const missing = top + size + MARGIN - memory.buffer.byteLength;
  if (missing > 0) grow(Math.max(missing, 16 * 1024 * 1024), missing);
  const pointer = top;
  top += size;
  return pointer;
}

function grow(wanted: number, needed: number): void {
  for (const bytes of [wanted, needed]) {
    try {
      memory.grow(Math.ceil(bytes / PAGE));
      return;
    } catch {
      // The second round asks for no more than is needed.
    }
  }
  throw new EnvironmentError(
    "memory",
    `tensors take ${Math.round(top / 2 ** 20)} MiB and no more can be had; ` +
      "drop the ones you no longer need and let the program await once, so that they are collected",
  );
}
