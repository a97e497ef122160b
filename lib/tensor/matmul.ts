import { checkFlags, checkOptions } from "../checks";
import { ShapeError } from "../errors";
import { activeBlas } from "../kernels/backend";
import { KERNELS } from "../kernels/kernelTable";
import { kernels } from "../kernels/load";
import { scratch, splitRun } from "../kernels/threads";
import { formatShape } from "./shape";
import { checkDType, checkTensor, empty, type Tensor } from "./Tensor";

/** A·B of two matrices, either one transposed first; see `Tensor.matmul`. */
export function matmul(
  a: Tensor,
  b: Tensor,
  options: { transposeA?: boolean; transposeB?: boolean } = {},
): Tensor {
  const where = "Tensor.matmul";
  checkTensor(where, "other", b);
  checkOptions(where, options, ["transposeA", "transposeB"]);
  const { transposeA = false, transposeB = false } = options;
  checkFlags(where, { transposeA, transposeB });
  const m = a.shape[transposeA ? 1 : 0];
  const k = a.shape[transposeA ? 0 : 1];
  const n = b.shape[transposeB ? 0 : 1];
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== b.shape[transposeB ? 1 : 0]) {
    const got = `${formatShape(a.shape)}${transposeA ? "ᵀ" : ""} · ${formatShape(b.shape)}${transposeB ? "ᵀ" : ""}`;
    throw new ShapeError(where, `factors must be [M, K] · [K, N], got ${got}`);
  }
  checkDType(where, a, b);
  const out = empty(where, [m, n], a.dtype);
  matmulInto(out, a, transposeA, b, transposeB, false);
  return out;
}

/**
 * out = A·B, or out += A·B, for matrices whose shapes are known to agree. A native BLAS computes it where one is
 * chosen; else it is split over the threads by whole tiles of the kernel, along the columns of out if they are at least
 * twice as many as its rows: each part packs all of the other factor, and a value of A takes longer than one of B.
 */
export function matmulInto(
  out: Tensor,
  a: Tensor,
  transposeA: boolean,
  b: Tensor,
  transposeB: boolean,
  accumulate: boolean,
): void {
  const k = a.shape[transposeA ? 0 : 1];
  const blas = activeBlas();
  if (blas && k > 0) {
    blas.multiply(out, a, transposeA, b, transposeB, accumulate);
    return;
  }
  multiply(out, 0, out.shape[1], k, a, transposeA, b, transposeB, 0, accumulate);
}

/**
 * Columns [first, first + columns) of out = Aᵀ·B, or out += Aᵀ·B, from as many columns of B, from bFirst on.
 * Shapes: A [K, M], B [K, ·], out [M, ·]. By the WebAssembly kernels, whatever the backend.
 */
export function transposedColumnsInto(
  out: Tensor,
  first: number,
  columns: number,
  a: Tensor,
  b: Tensor,
  bFirst: number,
  accumulate: boolean,
): void {
  multiply(out, first, columns, a.shape[0], a, true, b, false, bFirst, accumulate);
}

function multiply(
  out: Tensor,
  first: number,
  n: number,
  k: number,
  a: Tensor,
  transposeA: boolean,
  b: Tensor,
  transposeB: boolean,
  bFirst: number,
  accumulate: boolean,
): void {
  const [m, ldc] = out.shape as [number, number];
  const lda = a.shape[1];
  const ldb = b.shape[1];
  const tA = transposeA ? 1 : 0;
  const tB = transposeB ? 1 : 0;
  const add = accumulate ? 1 : 0;
  const kernel = kernels(out.dtype);
  const bytes = kernel.matmulScratch();
  const pa = a.data.byteOffset;
  const pb = b.data.byteOffset + bFirst * b.data.BYTES_PER_ELEMENT;
  const pc = out.data.byteOffset + first * out.data.BYTES_PER_ELEMENT;
  if (m * n * k < KERNELS.matmul.from) {
    kernel.matmul(0, m, 0, n, k, tA, pa, lda, tB, pb, ldb, pc, ldc, add, scratch(0, bytes));
  } else {
    const args = [0, m, 0, n, k, tA, pa, lda, tB, pb, ldb, pc, ldc, add];
    if (n >= 2 * m) splitRun(out.dtype, "matmul", 2, kernel.tileColumns(m), args, bytes);
    else splitRun(out.dtype, "matmul", 0, kernel.tileRows(m), args, bytes);
  }
}
