import type { FloatArray } from "../kernels/Kernels";
import type { RandomState } from "../tensor/RandomState";

/**
 * Fills a matrix [rows, columns] with orthonormal rows, or columns where there are more rows: the Q of A = QR for
 * standard normal A, with the signs that make the diagonal of R positive, so that all such Q are equally likely (Saxe
 * et al. 2014; Keras's and PyTorch's `orthogonal`). A is drawn row by row with its longer axis first, as Keras does.
 *
 * Q is found by Gram and Schmidt: from each column what lies along those before is taken away, twice, so that
 * rounding leaves nothing (Giraud et al. 2005).
 */
export function fillOrthogonal(data: FloatArray, random: RandomState, rows: number, columns: number): void {
  const long = Math.max(rows, columns);
  const short = Math.min(rows, columns);
  const a = random.randn(long, short);
  const q = Array.from({ length: short }, (_, j) =>
    Float64Array.from({ length: long }, (__, i) => a[i * short + j]),
  );
  q.forEach((column, j) => {
    for (const before of [...q.slice(0, j), ...q.slice(0, j)])
      addMultiple(column, before, -dot(column, before));
    const norm = Math.sqrt(dot(column, column));
    for (let i = 0; i < long; i++) column[i] /= norm;
  });
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) data[i * columns + j] = rows < columns ? q[i][j] : q[j][i];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addMultiple(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] += factor * b[i];
}
