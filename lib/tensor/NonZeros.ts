import type { DType, FloatArray } from "../kernels/Kernels";
import { kernels } from "../kernels/load";
import { allocate, allocateInt32 } from "../kernels/memory";
import { scratch, split } from "../kernels/threads";
import { PARALLEL_FROM } from "./matmul";
import type { Tensor } from "./Tensor";

/** Where more of a batch than this is not zero, the dense product is as fast. */
const DENSE_FROM = 0.45;
/** After a dense batch this many are taken to be dense without looking. */
const REST = 15;

/**
 * The positions of the non-zero values of a batch X [N, K], for products that skip the zeros: 81 % of the pixels of
 * MNIST are zero, and a hidden layer behind a ReLU has many. A product with 0 adds nothing and the order of the sum
 * stays, so for finite factors the results equal the dense ones to the bit.
 */
export class NonZeros {
  private columns: Int32Array = new Int32Array(0);
  private counts: Int32Array = new Int32Array(0);
  private starts: Int32Array = new Int32Array(0);
  private rowsOf: Int32Array = new Int32Array(0);
  private valuesOf: FloatArray = new Float32Array(0);
  private rest = 0;

  /** Lists the non-zero values of x [N, K]. Returns whether they are few enough for the products below. */
  find(x: Tensor): boolean {
    if (this.rest > 0) {
      this.rest--;
      return false;
    }
    const [n, k] = x.shape as [number, number];
    this.reserve(n, k, x.dtype);
    const total = kernels(x.dtype).nonZeros(
      0,
      n,
      k,
      x.data.byteOffset,
      this.columns.byteOffset,
      this.counts.byteOffset,
    );
    this.total = total;
    if (total < DENSE_FROM * n * k) return true;
    this.rest = REST;
    return false;
  }

  private total = 0;

  /** y = x·w, where `find(x)` was called before. Shapes: x [N, K], w [K, M] → y [N, M]. */
  matmul(x: Tensor, w: Tensor, y: Tensor): void {
    const [n, k] = x.shape as [number, number];
    const m = w.shape[1]!;
    const kernel = kernels(x.dtype);
    const bytes = kernel.sparseScratch(k);
    const args = [
      0,
      n,
      0,
      m,
      k,
      x.data.byteOffset,
      this.columns.byteOffset,
      this.counts.byteOffset,
      w.data.byteOffset,
      m,
      y.data.byteOffset,
      m,
    ];
    this.dispatch("sparseMatmul", x.dtype, m, args, bytes);
  }

  /** dw = xᵀ·dy, or dw += xᵀ·dy. Shapes: x [N, K], dy [N, M] → dw [K, M]. */
  gradient(x: Tensor, dy: Tensor, dw: Tensor, add: boolean): void {
    const [n, k] = x.shape as [number, number];
    const m = dy.shape[1]!;
    const kernel = kernels(x.dtype);
    kernel.byColumn(
      n,
      k,
      x.data.byteOffset,
      this.columns.byteOffset,
      this.counts.byteOffset,
      this.starts.byteOffset,
      this.rowsOf.byteOffset,
      this.valuesOf.byteOffset,
    );
    const bytes = kernel.sparseScratch(n);
    const args = [
      0,
      k,
      0,
      m,
      n,
      this.starts.byteOffset,
      this.rowsOf.byteOffset,
      this.valuesOf.byteOffset,
      dy.data.byteOffset,
      m,
      dw.data.byteOffset,
      m,
      add ? 1 : 0,
    ];
    this.dispatch("sparseGradient", x.dtype, m, args, bytes);
  }

  /** Splits over blocks of columns, so that each thread reads its own part of the weights. */
  private dispatch(
    name: "sparseMatmul" | "sparseGradient",
    dtype: DType,
    columns: number,
    args: number[],
    bytes: number,
  ): void {
    if (this.total * columns >= PARALLEL_FROM) {
      split(dtype, name, 2, dtype === "float32" ? 32 : 16, args, bytes);
    } else {
      (kernels(dtype)[name] as (...values: number[]) => void)(...args, scratch(0, bytes));
    }
  }

  private reserve(n: number, k: number, dtype: DType): void {
    if (this.columns.length < n * k) {
      this.columns = allocateInt32(n * k);
      this.rowsOf = allocateInt32(n * k);
    }
    if (this.counts.length < n) this.counts = allocateInt32(n);
    if (this.starts.length < k + 2) this.starts = allocateInt32(k + 2);
    const fits = this.valuesOf instanceof Float32Array === (dtype === "float32");
    if (this.valuesOf.length < n * k || !fits) this.valuesOf = allocate(dtype, n * k);
  }
}
