import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EnvironmentError, Tensor } from "scratch-nn";
import { afterAll, expect, test } from "vitest";
import { setBackend } from "../../lib/dist/kernels/backend";
import { blasPlaces } from "../../lib/dist/kernels/blas/blasPlaces";
import { findBlas } from "../../lib/dist/kernels/blas/findBlas";
import { matmulInto } from "../../lib/dist/tensor/matmul";
import { expectClose } from "../helpers/expectClose";
import { foundBlas } from "../helpers/foundBlas";
import { randomTensor } from "../helpers/randomTensor";
import { runNode } from "../helpers/runNode";

const folder = mkdtempSync(path.join(tmpdir(), "blas-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NOWHERE = path.join(folder, "libnowhere.so");

test.each(["float32", "float64"] as const)("BLAS and the kernels agree to rounding, in %s", (dtype) => {
  const blas = foundBlas();
  if (!blas) return;
  setBackend("wasm");
  for (const [m, k, n] of [
    [1, 1, 1],
    [3, 17, 65],
    [65, 3, 17],
    [10, 784, 30],
    [129, 64, 31],
  ] as const) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const accumulate of [false, true]) {
          const a = randomTensor(transposeA ? [k, m] : [m, k], { dtype, seed: 1 });
          const b = randomTensor(transposeB ? [n, k] : [k, n], { dtype, seed: 2 });
          for (let i = 0; i < b.size; i++) b.data[i]! /= Math.sqrt(k);
          const got = accumulate
            ? randomTensor([m, n], { dtype, seed: 3 })
            : Tensor.full([m, n], Number.NaN, dtype);
          const wanted = randomTensor([m, n], { dtype, seed: 3 });
          blas.multiply(got, a, transposeA, b, transposeB, accumulate);
          matmulInto(wanted, a, transposeA, b, transposeB, accumulate);
          expectClose(got.data, wanted.data, dtype === "float32" ? 1e-5 : 1e-13);
        }
      }
    }
  }
});

test("a sum over nothing is 0, or leaves the output", () => {
  const blas = foundBlas();
  if (!blas) return;
  const [a, b] = [Tensor.zeros([2, 0]), Tensor.zeros([0, 3])];
  const out = Tensor.full([2, 3], 5);
  blas.multiply(out, a, false, b, false, true);
  expect([...out.data]).toEqual([5, 5, 5, 5, 5, 5]);
  blas.multiply(out, a, false, b, false, false);
  expect([...out.data]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("a BLAS is opened once, and the environment is as before", () => {
  const before = { ...process.env };
  const blas = foundBlas();
  expect({ ...process.env }).toEqual(before);
  if (blas) expect(findBlas(blas.library)).toBe(blas);
});

test("a library that is named is the only one tried", () => {
  expect(() => findBlas(NOWHERE)).toThrow(EnvironmentError);
  expect(() => findBlas(NOWHERE)).toThrow(`found none; looked at: ${NOWHERE} (`);
});

test("all places looked at are listed", () => {
  const places = [
    { name: "the first place", libraries: [] },
    { name: "the second place", libraries: [NOWHERE, `${NOWHERE}.0`] },
  ];
  expect(() => findBlas(undefined, places)).toThrow(
    /found none; looked at: the first place \(not installed\), .*libnowhere\.so \(.+\), .*libnowhere\.so\.0 \(.+\)\. Get one with `/,
  );
});

test("a file that is no library, or has no products in it, is said to be that", () => {
  const text = path.join(folder, "text.so");
  writeFileSync(text, "This is no library, though its name ends like one.");
  expect(() => findBlas(text)).toThrow(/text\.so \((?!not found).+\)/);
  const others: Partial<Record<NodeJS.Platform, string>> = {
    darwin: "/usr/lib/libSystem.B.dylib",
    win32: "kernel32.dll",
  };
  const other = others[process.platform] ?? "libm.so.6";
  expect(() => findBlas(other)).toThrow(`${other} (no cblas_sgemm and cblas_dgemm in it)`);
});

test("each platform has its names, Accelerate before the wheel before the system's", () => {
  const names = (platform: NodeJS.Platform): string[] => blasPlaces(platform).map(({ name }) => name);
  expect(names("linux").slice(0, 2)).toEqual(["scipy-openblas32 in .venv", "libopenblas.so.0"]);
  expect(names("darwin")[0]).toMatch(/Accelerate$/);
  expect(names("darwin")[1]).toBe("scipy-openblas32 in .venv");
  expect(names("win32")[1]).toBe("libopenblas.dll");
});

test("without koffi the error says how to install it", () => {
  const dist = path.join(path.dirname(require.resolve("scratch-nn/package.json")), "dist");
  for (const part of readdirSync(dist))
    cpSync(path.join(dist, part), path.join(folder, "dist", part), { recursive: true });
  const script = `
    const { findBlas } = require(${JSON.stringify(path.join(folder, "dist/kernels/blas/findBlas"))});
    try { findBlas(${JSON.stringify(NOWHERE)}); } catch (error) { console.log(String(error)); }`;
  expect(runNode(script)).toBe(
    'EnvironmentError: backend "blas": needs koffi, got none; run `npm install koffi`',
  );
});
