import type { DType, FloatArray } from "../kernels/Kernels";
import { kernels } from "../kernels/load";
import { allocateBytes, allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import { ListedTensor } from "./ListedTensor";
import { Scratch } from "./Scratch";
import type { Tensor } from "./Tensor";

/** Where more of a batch than this is not zero, the dense product is as fast, but for a single row. */
const DENSE_FROM = 0.45;
/** With fewer entries a column than this, it pays to take them row by row on the way back too. */
const SHORT = 8;
/** After a dense batch this many are taken to be dense without looking. */
const REST = 15;

/**
 * The non-zero values of a batch X [N, K] and where they stand, for products that skip the zeros: 81 % of the pixels
 * of MNIST are zero, and half of a hidden layer behind a ReLU. A product with 0 adds nothing and the order of the sum
 * stays, so for finite factors the results equal the dense ones to the bit. Standardised pixels are mostly one other
 * value, c: X = L + c, where L is listed, so X·W = L·W + c Σₖ Wₖ and Xᵀ·dY = Lᵀ·dY + c Σₙ dYₙ, which equal the dense
 * ones but for rounding.
 */
export class NonZeros {
  private n = 0;
  private k = 0;
  private total = 0;
  /** What all values of X are more than the lists say. */
  private offset = 0;
  private rest = 0;
  private entries: Uint8Array = new Uint8Array(0);
  private columnEntries: Uint8Array = new Uint8Array(0);
  private flags: Uint8Array = new Uint8Array(0);
  private columns: Int32Array = new Int32Array(0);
  private bounds: Int32Array = new Int32Array(0);
  private ends: Int32Array = new Int32Array(0);
  private readonly sums = new Scratch();

  /**
   * Lists the non-zero values of x [N, K], or what x lists itself. Returns whether they are few enough for the
   * products below, which for one row are the faster ones anyway.
   */
  find(x: Tensor): boolean {
    const n = x.shape[0];
    const k = x.shape[1];
    const kernel = kernels(x.dtype);
    this.reserve(n, k, x.dtype);
    const listed = x instanceof ListedTensor && x.list(this.entries, this.bounds);
    this.offset = listed ? x.offset : 0;
    if (!listed) {
      if (this.rest > 0 && n > 1) {
        this.rest--;
        return false;
      }
      run(x.dtype, "nonZeros", n * k, [0, n, k, pointer(x.data), ...this.lists()]);
    }
    this.total = 0;
    const stride = kernel.rowBlocks(k) + 1;
    for (let i = 1; i <= n; i++) this.total += this.bounds[i * stride - 1];
    this.n = n;
    this.k = k;
    if (n === 1 || this.total <= DENSE_FROM * n * k) return true;
    this.rest = REST;
    return false;
  }

  /** y = x·w + b, or max(0, x·w + b), for the x last listed. Shapes: w [K, M], b [M] → y [N, M]. */
  forward(w: Tensor, b: Tensor, rectify: boolean, y: Tensor): void {
    const { n, k } = this;
    const m = w.shape[1];
    const bytes = kernels(w.dtype).sparseScratch(k);
    const bias = this.offset === 0 ? b : this.plusColumnSums(w, b);
    const factors = [pointer(w.data), m, pointer(bias.data), rectify ? 1 : 0];
    const args = [0, n, 0, m, k, ...this.lists(), ...factors, pointer(y.data), m];
    run(w.dtype, "sparseMatmul", this.total * m, args, bytes);
  }

  /** dw = xᵀ·dy, or dw += xᵀ·dy, for the x last listed. Shapes: dy [N, M] → dw [K, M]. */
  gradient(dy: Tensor, dw: Tensor, add: boolean): void {
    const base = this.offset === 0 ? undefined : this.plusColumnSums(dy);
    this.runByColumn("sparseGradient", dy, dw, base, [add ? 1 : 0]);
    if (!(add && base)) return;
    run(dw.dtype, "addBias", dw.size, [0, ...dw.shape, pointer(base.data), pointer(dw.data), 0]);
  }

  /** w ← w − rate · (xᵀ·dy + decay · w) for the x last listed, in one pass. Shapes: dy [N, M], w [K, M]. */
  descend(dy: Tensor, w: Tensor, rate: number, decay: number): void {
    if (this.offset !== 0) this.runByColumn("sparseDescent", dy, w, this.plusColumnSums(dy), [rate, decay]);
    else if (decay === 0 && this.total < SHORT * this.k) this.scatter(dy, w, rate);
    else this.runByColumn("sparseDescent", dy, w, undefined, [rate, decay]);
  }

  /** base + offset · Σₙ xₙ: what a constant in all values of a factor adds to a product. */
  private plusColumnSums(x: Tensor, base?: Tensor): Tensor {
    const [rows, columns] = x.shape as [number, number];
    const sums = this.sums.take([columns], x.dtype);
    run(x.dtype, "columnSums", x.size, [0, columns, rows, columns, pointer(x.data), pointer(sums.data), 0]);
    const { data } = sums;
    for (let j = 0; j < columns; j++) data[j] = (base?.data[j] ?? 0) + this.offset * data[j];
    return sums;
  }

  private scatter(dy: Tensor, w: Tensor, rate: number): void {
    const { n, k } = this;
    const m = dy.shape[1];
    const kernel = kernels(dy.dtype);
    if (this.flags.length < k) this.flags = allocateBytes(k);
    if (this.columns.length < k) this.columns = allocateInt32(k);
    const columns = pointer(this.columns);
    const count = kernel.columnsOf(n, k, ...this.lists(), pointer(this.flags), columns);
    const x = [...this.lists(), columns, count];
    const args = [0, k, 0, m, n, ...x, pointer(dy.data), m, pointer(w.data), m, rate];
    run(dy.dtype, "scatterDescent", this.total * m, args, kernel.scatterScratch(k));
  }

  private runByColumn(
    name: "sparseGradient" | "sparseDescent",
    dy: Tensor,
    out: Tensor,
    base: Tensor | undefined,
    rest: number[],
  ): void {
    const { n, k } = this;
    const m = dy.shape[1];
    const kernel = kernels(dy.dtype);
    const columnBytes = k * kernel.columnBytes(n);
    if (this.columnEntries.length < columnBytes) this.columnEntries = allocateBytes(columnBytes);
    if (this.ends.length < k) this.ends = allocateInt32(k);
    const byColumn = [pointer(this.ends), pointer(this.columnEntries)] as const;
    run(dy.dtype, "byColumn", this.total, [0, kernel.rowBlocks(k), n, k, ...this.lists(), ...byColumn]);
    const args = [
      0,
      k,
      0,
      m,
      n,
      ...byColumn,
      pointer(dy.data),
      m,
      pointer(out.data),
      m,
      base ? pointer(base.data) : 0,
      ...rest,
    ];
    run(dy.dtype, name, this.total * m, args, kernel.sparseScratch(n));
  }

  private lists(): readonly [number, number] {
    return [pointer(this.entries), pointer(this.bounds)];
  }

  private reserve(n: number, k: number, dtype: DType): void {
    const kernel = kernels(dtype);
    const bytes = n * k * kernel.entryBytes();
    if (this.entries.length < bytes) this.entries = allocateBytes(bytes);
    const bounds = n * (kernel.rowBlocks(k) + 1);
    if (this.bounds.length < bounds) this.bounds = allocateInt32(bounds);
  }
}

function pointer(array: FloatArray | Int32Array | Uint8Array): number {
  return array.byteOffset;
}
