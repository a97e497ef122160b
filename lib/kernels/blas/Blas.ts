import type { DType, FloatArray } from "../Kernels";

/** A matrix stored row by row, as a `Tensor` is. */
export interface BlasMatrix {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: FloatArray;
}

/** A native BLAS library, opened. */
export interface Blas {
  /** The file, or the name by which the system found it. */
  readonly library: string;
  /** What the library says of its version and of the processor it chose its code for; empty if it says nothing. */
  readonly config: string;
  /** out = A·B, or out += A·B, either factor transposed first, for matrices of one dtype whose shapes agree. */
  multiply(
    out: BlasMatrix,
    a: BlasMatrix,
    transposeA: boolean,
    b: BlasMatrix,
    transposeB: boolean,
    accumulate: boolean,
  ): void;
  /** How many threads the library uses; undefined where it does not say. */
  threads(): number | undefined;
  /** Nothing happens where the library decides itself. The number is the library's, for the whole process. */
  setThreads(count: number): void;
}
