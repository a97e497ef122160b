import { bytesOf, type DType } from "./Kernels";
import { type Cut, KERNELS, type KernelName } from "./kernelTable";
import { kernels } from "./load";
import { scratch, splitRun } from "./threads";

const VECTOR_BYTES = 16;

/**
 * Runs a kernel: here if the work is little, else cut into parts for all threads, with the same bits. `work` counts
 * values read or written, or multiply-adds for a product. A kernel that needs working space gets `scratchBytes` of it
 * as its last argument.
 */
export function run(
  dtype: DType,
  name: KernelName,
  work: number,
  args: readonly number[],
  scratchBytes = 0,
): void {
  const { axis, vectors, rows, from }: Cut = KERNELS[name];
  if (work >= from) {
    const lanes = VECTOR_BYTES / bytesOf(dtype);
    splitRun(dtype, name, axis, rows ?? (vectors ?? 1) * lanes, args, scratchBytes);
    return;
  }
  const kernel: (...values: number[]) => void = kernels(dtype)[name];
  if (scratchBytes > 0) kernel(...args, scratch(0, scratchBytes));
  else kernel(...args);
}
