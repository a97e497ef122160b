import fs from "node:fs";
import { EnvironmentError, memoryBytes } from "scratch-nn";
import { hasRelaxedSimd, instantiate, kernels } from "scratch-nn/dist/kernels/load";
import { memory } from "scratch-nn/dist/kernels/memory";
import { expect, test, vi } from "vitest";

test("each dtype is compiled once", () => {
  expect(kernels("float32")).toBe(kernels("float32"));
  expect(kernels("float64")).not.toBe(kernels("float32"));
  expect(kernels("float32").matmulScratch()).toBeGreaterThan(0);
  expect(memoryBytes()).toBe(memory.buffer.byteLength);
});

test("relaxed SIMD is on in this engine, Node 20 included", () => {
  expect(hasRelaxedSimd()).toBe(true);
});

test("a kernel that was not built is named", () => {
  const read = vi.spyOn(fs, "readFileSync").mockImplementation(() => {
    throw new Error("ENOENT");
  });
  try {
    expect(() => instantiate("float64", memory)).toThrow(EnvironmentError);
    expect(() => instantiate("float32", memory)).toThrow(
      /^kernels: .*f32\.relaxed\.wasm is missing; run `npm run build`$/,
    );
  } finally {
    read.mockRestore();
  }
});
