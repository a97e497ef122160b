/*
 * The kernels that are split over the threads, and how. A pass over values in order is cut at `axis` 0, its first two
 * arguments, into multiples of so many 16-byte vectors, one over rows or images into whole rows; products at axis 2, by
 * columns, so that each thread reads its own part of the weights. With less work than `from`, in the units of `run`, a
 * kernel is done before another thread has woken up: passes are limited by memory, and an exponential or a random word
 * for each value makes them longer.
 */

/** How a kernel's range may be cut. */
export interface Cut {
  /** Which arguments are the range: the first two, or the third and fourth. */
  readonly axis: 0 | 2;
  /** Parts are multiples of so many vectors of 16 bytes, or of so many rows. */
  readonly vectors?: number;
  readonly rows?: number;
  readonly from: number;
}

export const KERNELS = {
  adam: { axis: 0, vectors: 256, from: 40_000 },
  add: { axis: 0, vectors: 256, from: 40_000 },
  addBias: { axis: 0, rows: 1, from: 40_000 },
  approach: { axis: 0, vectors: 256, from: 40_000 },
  averagePool: { axis: 0, rows: 1, from: 40_000 },
  averagePoolGradient: { axis: 0, rows: 1, from: 40_000 },
  byColumn: { axis: 0, rows: 1, from: 5_000 },
  columnMoments: { axis: 0, rows: 1, from: 20_000 },
  columnSums: { axis: 0, vectors: 4, from: 100_000 },
  convolutionGradient: { axis: 0, rows: 1, from: 200_000 },
  convolve: { axis: 0, rows: 1, from: 200_000 },
  crossEntropyGradient: { axis: 0, rows: 1, from: 40_000 },
  crossEntropyTargetsGradient: { axis: 0, rows: 1, from: 40_000 },
  descendRows: { axis: 0, rows: 1, from: 40_000 },
  displace: { axis: 0, rows: 1, from: 5_000 },
  dropout: { axis: 0, vectors: 256, from: 20_000 },
  gatherBytes: { axis: 0, rows: 1, from: 50_000 },
  gatherRows: { axis: 0, rows: 1, from: 40_000 },
  gatherTokens: { axis: 0, rows: 1, from: 40_000 },
  gelu: { axis: 0, vectors: 256, from: 10_000 },
  geluGradient: { axis: 0, vectors: 256, from: 10_000 },
  gruBackward: { axis: 0, rows: 1, from: 200_000 },
  gruForward: { axis: 0, rows: 1, from: 200_000 },
  leakyRelu: { axis: 0, vectors: 256, from: 40_000 },
  leakyReluGradient: { axis: 0, vectors: 256, from: 40_000 },
  listBytes: { axis: 0, rows: 1, from: 40_000 },
  listSizes: { axis: 0, rows: 1, from: 40_000 },
  lstmBackward: { axis: 0, rows: 1, from: 200_000 },
  lstmForward: { axis: 0, rows: 1, from: 200_000 },
  // It is cut along either side of its result, by whole tiles: see lib/tensor/matmul.ts.
  matmul: { axis: 2, vectors: 1, from: 200_000 },
  maxOverTime: { axis: 0, rows: 1, from: 40_000 },
  maxOverTimeGradient: { axis: 0, rows: 1, from: 40_000 },
  maxPool: { axis: 0, rows: 1, from: 40_000 },
  maxPoolGradient: { axis: 0, rows: 1, from: 40_000 },
  nonZeros: { axis: 0, rows: 1, from: 30_000 },
  normalize: { axis: 0, rows: 1, from: 40_000 },
  normalizeGradient: { axis: 0, rows: 1, from: 40_000 },
  normalizeSums: { axis: 0, rows: 1, from: 20_000 },
  pickLists: { axis: 0, rows: 1, from: 50_000 },
  relu: { axis: 0, vectors: 256, from: 40_000 },
  reluGradient: { axis: 0, vectors: 256, from: 40_000 },
  rmsprop: { axis: 0, vectors: 256, from: 40_000 },
  scale: { axis: 0, vectors: 256, from: 40_000 },
  scatterDescent: { axis: 2, vectors: 1, from: 200_000 },
  scatterRows: { axis: 0, rows: 1, from: 40_000 },
  sgd: { axis: 0, vectors: 256, from: 40_000 },
  sgdMomentum: { axis: 0, vectors: 256, from: 40_000 },
  sigmoid: { axis: 0, vectors: 256, from: 20_000 },
  sigmoidGradient: { axis: 0, vectors: 256, from: 40_000 },
  // Its rows are short and fill few vectors, which makes a value dearer than in the other passes.
  softmax: { axis: 0, rows: 1, from: 1_000 },
  softmaxGradient: { axis: 0, rows: 1, from: 40_000 },
  sparseDescent: { axis: 2, vectors: 1, from: 200_000 },
  sparseGradient: { axis: 2, vectors: 1, from: 200_000 },
  sparseMatmul: { axis: 2, vectors: 1, from: 200_000 },
  sumGradients: { axis: 0, rows: 1, from: 40_000 },
  sumRows: { axis: 0, rows: 1, from: 40_000 },
  sumSquares: { axis: 0, rows: 1, from: 100_000 },
  tanh: { axis: 0, vectors: 256, from: 20_000 },
  tanhGradient: { axis: 0, vectors: 256, from: 40_000 },
  warp: { axis: 0, rows: 1, from: 10_000 },
} as const;

export type KernelName = keyof typeof KERNELS;

/** By number, as a job names them. */
export const NAMES: readonly KernelName[] = Object.keys(KERNELS) as KernelName[];
