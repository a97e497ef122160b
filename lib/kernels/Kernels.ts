import type { KernelName } from "./kernelTable";

/** A float type of the library. */
export type DType = "float32" | "float64";

/** The numbers of a tensor: a view on the kernels' memory. */
export type FloatArray = Float32Array | Float64Array;

/** Bytes of one value. */
export function bytesOf(dtype: DType): number {
  return dtype === "float32" ? 4 : 8;
}

/**
 * The compiled kernels of `assembly/`, for one dtype. Pointers are byte offsets into the kernels' memory
 * (`array.byteOffset`), sizes are in elements, every range is [from, to). Nothing is checked here. Those that `run`
 * calls by name take their arguments as a list, in the order of their source.
 */
export interface Kernels extends Readonly<Record<KernelName, (...args: number[]) => void>> {
  columnSums(
    n0: number,
    n1: number,
    rows: number,
    n: number,
    x: number,
    out: number,
    accumulate: number,
  ): void;
  packFactor(rows: number, columns: number, starts: number, step: number, w: number, factor: number): void;
  filledColumns(columns: number): number;
  convolveScratch(plan: number): number;
  displacementValues(plan: number): number;
  displaceScratch(plan: number): number;
  warpScratch(plan: number): number;
  gradientValues(geometry: number): number;
  gradientVectors(geometry: number): number;
  convolutionGradientScratch(geometry: number): number;
  lstmScratch(rows: number, units: number): number;
  gruScratch(rows: number, units: number): number;
  packedBytes(rows: number, columns: number): number;
  wholeVectors(length: number): number;
  packGates(gates: number, units: number, u: number, ldu: number, first: number, packed: number): void;
  packGatesTransposed(
    gates: number,
    units: number,
    u: number,
    ldu: number,
    first: number,
    packed: number,
  ): void;
  matmul(
    m0: number,
    m1: number,
    n0: number,
    n1: number,
    k: number,
    transA: number,
    a: number,
    lda: number,
    transB: number,
    b: number,
    ldb: number,
    c: number,
    ldc: number,
    accumulate: number,
    scratch: number,
  ): void;
  matmulScratch(): number;
  tileRows(rows: number): number;
  tileColumns(rows: number): number;
  skipGram(
    c0: number,
    c1: number,
    words: number,
    firsts: number,
    lasts: number,
    targets: number,
    count: number,
    length: number,
    inputs: number,
    outputs: number,
    rate: number,
    scratch: number,
  ): void;
  skipGramScratch(window: number, count: number, length: number): number;
  columnsOf(
    rows: number,
    length: number,
    entries: number,
    bounds: number,
    flags: number,
    columns: number,
  ): number;
  scatterScratch(length: number): number;
  rowBlocks(length: number): number;
  entryBytes(): number;
  columnBytes(rows: number): number;
  sparseScratch(rows: number): number;
  leastGradient(): number;
}
