import type { KernelName } from "./job";
import type { DType } from "./Kernels";
import { kernels } from "./load";
import { type Axis, scratch, split } from "./threads";

/** How a kernel's range may be cut. */
interface Cut {
  readonly axis: Axis;
  /** Parts are multiples of so many 16-byte vectors, or of so many rows. */
  readonly vectors?: number;
  readonly rows?: number;
  /** With less work than this, in the units of the caller's `work`, it is done before another thread has woken up. */
  readonly from: number;
}

/** Passes over values in order, limited by memory. */
const pass: Cut = { axis: 0, vectors: 256, from: 40_000 };
/** The same over rows. */
const rowPass: Cut = { axis: 0, rows: 1, from: 40_000 };
/** Values that need an exponential, or a random word. */
const exponential = 20_000;

/** Products are cut by columns, so that each thread reads its own part of the weights. */
const product: Cut = { axis: 2, vectors: 1, from: 200_000 };
/** The same by images. */
const rowProduct: Cut = { axis: 0, rows: 1, from: 200_000 };

/** Blocks of sequences, which know nothing of each other. */
const sequences: Cut = { axis: 0, rows: 1, from: 200_000 };

/** All kernels but `matmul`, which is cut along either side of its result. */
type Cuttable = Exclude<KernelName, "matmul">;

const CUTS: Readonly<Record<Cuttable, Cut>> = {
  adam: pass,
  addBias: rowPass,
  byColumn: { axis: 0, rows: 1, from: 5_000 },
  columnSums: { axis: 0, vectors: 4, from: 100_000 },
  convolutionGradient: rowProduct,
  convolve: rowProduct,
  crossEntropyGradient: rowPass,
  crossEntropyTargetsGradient: rowPass,
  descendRows: rowPass,
  dropout: { ...pass, from: exponential },
  gatherBytes: { axis: 0, rows: 1, from: 50_000 },
  gatherRows: rowPass,
  gatherTokens: rowPass,
  gruBackward: sequences,
  gruForward: sequences,
  listBytes: rowPass,
  listSizes: rowPass,
  lstmBackward: sequences,
  lstmForward: sequences,
  maxOverTime: rowPass,
  maxOverTimeGradient: rowPass,
  maxPool: rowPass,
  maxPoolGradient: rowPass,
  nonZeros: { axis: 0, rows: 1, from: 30_000 },
  pickLists: { axis: 0, rows: 1, from: 50_000 },
  relu: pass,
  reluGradient: pass,
  scale: pass,
  scatterDescent: product,
  scatterRows: rowPass,
  sgd: pass,
  sgdMomentum: pass,
  sigmoid: { ...pass, from: exponential },
  sigmoidGradient: pass,
  // Its rows are short and fill few vectors, which makes a value dearer than in the other passes.
  softmax: { ...rowPass, from: 1_000 },
  softmaxGradient: rowPass,
  sparseDescent: product,
  sparseGradient: product,
  sparseMatmul: product,
  sumGradients: rowPass,
  sumRows: rowPass,
  sumSquares: { axis: 0, rows: 1, from: 100_000 },
  tanh: { ...pass, from: exponential },
  tanhGradient: pass,
};

/**
 * Runs a kernel: here if the work is little, else cut into parts for all threads, with the same bits. `work` counts
 * values read or written, or multiply-adds for a product. A kernel that needs working space gets `scratchBytes` of it
 * as its last argument.
 */
export function run(
  dtype: DType,
  name: Cuttable,
  work: number,
  args: readonly number[],
  scratchBytes = 0,
): void {
  const { axis, vectors, rows, from } = CUTS[name];
  if (work >= from) {
    const lanes = dtype === "float32" ? 4 : 2;
    split(dtype, name, axis, rows ?? (vectors ?? 1) * lanes, args, scratchBytes);
    return;
  }
  const kernel: (...values: number[]) => void = kernels(dtype)[name];
  if (scratchBytes > 0) kernel(...args, scratch(0, scratchBytes));
  else kernel(...args);
}
