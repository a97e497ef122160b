import { type DType, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { run } from "../../lib/dist/kernels/run";
import { matmulInto } from "../../lib/dist/tensor/matmul";
import { NonZeros } from "../../lib/dist/tensor/NonZeros";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

const WIDTHS = [1, 10, 16, 30, 64, 100, 292, 1024];

/** All three products of a batch, without the zeros and with them, must hold the same bits. */
function compare(rows: number, length: number, width: number, density: number, dtype: DType): void {
  const what = `[${rows}, ${length}] of density ${density}, width ${width}`;
  const x = randomTensor([rows, length], { dtype, density, seed: 5 });
  const w = randomTensor([length, width], { dtype, seed: 6 });
  const dy = randomTensor([rows, width], { dtype, seed: 7 });
  const nonZeros = new NonZeros();
  // A dense batch is listed too; only the advice to use the list differs.
  expect(nonZeros.find(x), what).toBe(
    rows === 1 || x.data.filter((value) => value !== 0).length < 0.45 * x.size,
  );
  const b = randomTensor([width], { dtype, seed: 9 });
  for (const rectify of [false, true]) {
    const [y, wanted] = [Tensor.full([rows, width], 7, dtype), Tensor.zeros([rows, width], dtype)];
    nonZeros.forward(w, b, rectify, y);
    matmulInto(wanted, x, false, w, false, false);
    run(dtype, "addBias", 0, [0, rows, width, b.data.byteOffset, wanted.data.byteOffset, rectify ? 1 : 0]);
    expectSameBits(y.data, wanted.data, `y, rectify ${rectify}, ${what}`);
  }
  for (const add of [false, true]) {
    const start = randomTensor([length, width], { dtype, seed: 8 });
    const wanted = start.clone();
    nonZeros.gradient(dy, start, add);
    matmulInto(wanted, x, true, dy, false, add);
    expectSameBits(start.data, wanted.data, `dw, add ${add}, ${what}`);
  }
  for (const decay of [0, 0.25]) {
    const start = randomTensor([length, width], { dtype, seed: 8 });
    const [wanted, dw] = [start.clone(), Tensor.zeros([length, width], dtype)];
    nonZeros.descend(dy, start, 0.5, decay);
    matmulInto(dw, x, true, dy, false, false);
    run(dtype, "sgd", 0, [0, dw.size, wanted.data.byteOffset, dw.data.byteOffset, 0.5, decay]);
    expectSameBits(start.data, wanted.data, `w, decay ${decay}, ${what}`);
  }
}

describe.each(["float32", "float64"] as const)(
  "products without zeros in %s equal the dense ones",
  (dtype) => {
    test.each([1, 2])("on %i thread(s)", async (threads) => {
      await withThreads(threads, () => {
        for (const width of WIDTHS)
          for (const density of [0, 0.2, 1])
            for (const rows of [1, 3, 10, 64]) compare(rows, 65, width, density, dtype);
        // Large enough to be split, more than one block of the inner axis, and a length that is no multiple of a vector.
        compare(64, 786, 292, 0.2, dtype);
        compare(64, 300, 1024, 0.2, dtype);
        compare(10, 786, 292, 0.2, dtype);
        compare(300, 17, 100, 0.4, dtype);
        // Few rows, whose sums are taken along all of a row of the weights; one more than that; more than stays near.
        for (const rows of [2, 16, 17]) compare(rows, 65, 1024, 0.2, dtype);
        compare(1, 403, 2560, 1, dtype);
        // Every width of a block of columns and its tails; lists that end with a block of the inner axis, or just behind.
        for (let width = 1; width <= 70; width++) compare(5, 33, width, 0.3, dtype);
        for (const length of [99, 100, 101, 400, 401, 801]) compare(12, length, 30, 0.2, dtype);
      });
    });
  },
);

test("the lists grow and change their dtype with the batch", () => {
  const nonZeros = new NonZeros();
  for (const [rows, length, dtype] of [
    [3, 10, "float32"],
    [10, 3, "float64"],
    [20, 30, "float64"],
    [1, 600, "float32"],
  ] as const) {
    const x = randomTensor([rows, length], { dtype, density: 0.3 });
    const w = randomTensor([length, 17], { dtype, seed: 2 });
    const y = Tensor.zeros([rows, 17], dtype);
    expect(nonZeros.find(x)).toBe(true);
    nonZeros.forward(w, Tensor.zeros([17], dtype), false, y);
    expectSameBits(y.data, x.matmul(w).data);
  }
});

test("after a dense batch some are taken to be dense without looking", () => {
  const nonZeros = new NonZeros();
  expect(nonZeros.find(Tensor.ones([4, 4]))).toBe(false);
  const zeros = Tensor.zeros([4, 4]);
  expect(Array.from({ length: 16 }, () => nonZeros.find(zeros))).toEqual([...Array(15).fill(false), true]);
});

test("−0 counts as zero, NaN and the smallest number do not", () => {
  const nonZeros = new NonZeros();
  const x = Tensor.from([[-0, Number.NaN, 0, 0, 1.5e-45, 0, 0, 0, 0, 0]]);
  nonZeros.find(x);
  const [y, b] = [Tensor.zeros([1, 1]), Tensor.zeros([1])];
  const w = Tensor.from([[Number.NaN], [0], [0], [0], [0], [0], [0], [0], [0], [0]]);
  nonZeros.forward(w, b, false, y);
  expect(y.item()).toBeNaN();
  nonZeros.find(Tensor.from([[-0, 0]]));
  nonZeros.forward(Tensor.from([[5], [5]]), b, false, y);
  expect(Object.is(y.item(), 0)).toBe(true);
});
