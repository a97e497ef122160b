import { memoryBytes, Tensor } from "scratch-nn";
import { expect, test } from "vitest";
import { kernelBytes } from "../../lib/dist/kernels/embedded";
import { instantiate } from "../../lib/dist/kernels/instantiate";
import { kernels } from "../../lib/dist/kernels/load";
import { allocate, allocateBytes, allocateInt32, memory } from "../../lib/dist/kernels/memory";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";

test("each dtype is compiled once", () => {
  expect(kernels("float32")).toBe(kernels("float32"));
  expect(kernels("float64")).not.toBe(kernels("float32"));
  expect(kernels("float32").matmulScratch()).toBeGreaterThan(0);
  expect(memoryBytes()).toBe(memory.buffer.byteLength);
});

test.each(["float32", "float64"] as const)(
  "without relaxed SIMD products differ by rounding only, in %s",
  (dtype) => {
    const plain = instantiate(kernelBytes(dtype, "simd"), memory);
    const [m, k, n] = [7, 300, 33];
    const x = randomTensor([m, k], { dtype, density: 0.3 });
    const w = randomTensor([k, n], { dtype, seed: 2 });
    const [dense, sparse] = [Tensor.zeros([m, n], dtype), Tensor.zeros([m, n], dtype)];
    const zeros = Tensor.zeros([n], dtype);
    const [px, pw, pb] = [x.data.byteOffset, w.data.byteOffset, zeros.data.byteOffset];
    const scratch = allocate("float64", plain.matmulScratch() / 8 + plain.sparseScratch(k)).byteOffset;
    plain.matmul(0, m, 0, n, k, 0, px, k, 0, pw, n, dense.data.byteOffset, n, 0, scratch);
    expectClose(dense.data, x.matmul(w).data, dtype === "float32" ? 1e-5 : 1e-14);
    const entries = allocateBytes(m * k * plain.entryBytes());
    const bounds = allocateInt32(m * (plain.rowBlocks(k) + 1));
    const lists = [entries.byteOffset, bounds.byteOffset] as const;
    plain.nonZeros(0, m, k, px, ...lists);
    plain.sparseMatmul(0, m, 0, n, k, ...lists, pw, n, pb, 0, sparse.data.byteOffset, n, scratch);
    expectSameBits(sparse.data, dense.data);
  },
);
