import fc from "fast-check";
import { ArgumentError, type DType, ShapeError, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { matmulInto } from "../../lib/dist/tensor/matmul";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture } from "../helpers/readFixture";
import { runNode } from "../helpers/runNode";
import { withThreads } from "../helpers/withThreads";

const DTYPES: readonly DType[] = ["float32", "float64"];
const FORMS = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

/** The factors of an [m, k]·[k, n] product, stored as the form wants them. */
function factors(m: number, k: number, n: number, form: readonly [boolean, boolean], dtype: DType): Tensor[] {
  return [
    randomTensor(form[0] ? [k, m] : [m, k], { dtype, seed: 1 }),
    randomTensor(form[1] ? [n, k] : [k, n], { dtype, seed: 2 }),
  ];
}

/** A plain loop; `magnitude` is Σ|a||b|, which bounds the rounding error of any order of the sum. */
function reference(a: Tensor, tA: boolean, b: Tensor, tB: boolean): { c: number; magnitude: number }[] {
  const [m, k] = tA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const n = b.shape[tB ? 0 : 1]!;
  const [aRow, aStep] = tA ? [1, m] : [k, 1];
  const [bColumn, bStep] = tB ? [k, 1] : [1, n];
  const out: { c: number; magnitude: number }[] = [];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let c = 0;
      let magnitude = 0;
      for (let p = 0; p < k; p++) {
        const product = a.data[i * aRow + p * aStep]! * b.data[j * bColumn + p * bStep]!;
        c += product;
        magnitude += Math.abs(product);
      }
      out.push({ c, magnitude });
    }
  }
  return out;
}

function expectProduct(a: Tensor, tA: boolean, b: Tensor, tB: boolean, start?: Tensor): void {
  const wanted = reference(a, tA, b, tB);
  const out = start?.clone() ?? Tensor.full([a.shape[tA ? 1 : 0]!, b.shape[tB ? 0 : 1]!], 7, a.dtype);
  matmulInto(out, a, tA, b, tB, start !== undefined);
  const unit = a.dtype === "float32" ? 2 ** -24 : 2 ** -53;
  const terms = a.shape[tA ? 0 : 1]! + 2;
  let worst = 0;
  wanted.forEach(({ c, magnitude }, i) => {
    const first = start?.data[i] ?? 0;
    const bound = terms * unit * (magnitude + Math.abs(first)) + 1e-300;
    worst = Math.max(worst, Math.abs(out.data[i]! - c - first) / bound);
  });
  expect(worst, `[${a.shape}]${tA ? "ᵀ" : ""}·[${b.shape}]${tB ? "ᵀ" : ""} ${a.dtype}`).toBeLessThan(1);
}

describe.each(DTYPES)("matmul in %s against a plain loop", (dtype) => {
  const sizes = [1, 3, 10, 17, 65];
  test("all forms, sizes 1 to 65", () => {
    for (const form of FORMS)
      for (const m of sizes)
        for (const k of sizes)
          for (const n of sizes) {
            const [a, b] = factors(m, k, n, form, dtype) as [Tensor, Tensor];
            expectProduct(a, form[0], b, form[1]);
          }
  });

  test("300: more than a block of rows and a block of the inner axis", () => {
    for (const form of FORMS)
      for (const [m, k, n] of [
        [300, 300, 17],
        [17, 300, 300],
        [300, 3, 65],
        [1, 300, 300],
      ] as const) {
        const [a, b] = factors(m, k, n, form, dtype) as [Tensor, Tensor];
        expectProduct(a, form[0], b, form[1]);
      }
  });

  test("several blocks of the inner axis: 255, 256, 257, 513", () => {
    for (const form of FORMS)
      for (const k of [255, 256, 257, 513]) {
        const [a, b] = factors(10, k, 17, form, dtype) as [Tensor, Tensor];
        expectProduct(a, form[0], b, form[1]);
      }
  });

  test("several blocks of A, across its rows and its inner axis", () => {
    for (const form of FORMS) {
      const [a, b] = factors(301, 801, 97, form, dtype) as [Tensor, Tensor];
      expectProduct(a, form[0], b, form[1]);
      expectProduct(a, form[0], b, form[1], randomTensor([301, 97], { dtype, seed: 3 }));
    }
  });

  test("an A whose rows fall into the same sets of the cache, stored transposed", () => {
    const [m, k, n] = dtype === "float32" ? [512, 257, 17] : [384, 300, 10];
    for (const [rows, inner] of [
      [256, 3],
      [m, k],
      [256, 64],
    ] as const) {
      const [a, b] = factors(rows, inner, n, [true, false], dtype);
      expectProduct(a!, true, b!, false);
      expectProduct(a!, true, b!, false, randomTensor([rows, n], { dtype, seed: 3 }));
    }
  });

  test("adds to what is there", () => {
    for (const form of FORMS)
      for (const [m, k, n] of [
        [1, 1, 1],
        [3, 17, 10],
        [65, 300, 17],
        [10, 3, 65],
      ] as const) {
        const [a, b] = factors(m, k, n, form, dtype) as [Tensor, Tensor];
        expectProduct(a, form[0], b, form[1], randomTensor([m, n], { dtype, seed: 3 }));
      }
  });

  test("an inner axis of length 0 gives zeros, or what was there", () => {
    for (const [m, n] of [
      [3, 5],
      [20, 100],
    ] as const) {
      const out = Tensor.full([m, n], 7, dtype);
      const [a, b] = [Tensor.zeros([m, 0], dtype), Tensor.zeros([0, n], dtype)];
      matmulInto(out, a, false, b, false, true);
      expect([...out.data]).toEqual(Array(m * n).fill(7));
      matmulInto(out, a, false, b, false, false);
      expect([...out.data]).toEqual(Array(m * n).fill(0));
    }
    expect(Tensor.zeros([0, 5], dtype).matmul(Tensor.zeros([5, 2], dtype)).shape).toEqual([0, 2]);
  });

  test("writes nothing beyond the result", () => {
    for (const [m, n] of [
      [1, 1],
      [4, 13],
      [2, 12],
    ] as const) {
      const whole = Tensor.full([m * n + 64], 9, dtype);
      const out = new Tensor(whole.data.subarray(0, m * n), [m, n]);
      matmulInto(out, randomTensor([m, 5], { dtype }), false, randomTensor([5, n], { dtype }), false, false);
      expect([...whole.data.subarray(m * n)]).toEqual(Array(64).fill(9));
    }
  });

  test("gives the same bits on 1, 2, 3 and 8 threads", async () => {
    // Large enough to be split, along either side, with tails in both.
    for (const [m, k, n] of [
      [300, 65, 301],
      [65, 300, 300],
      [301, 300, 17],
    ] as const) {
      for (const form of FORMS) {
        const [a, b] = factors(m, k, n, form, dtype) as [Tensor, Tensor];
        const product = (): Tensor => a.matmul(b, { transposeA: form[0], transposeB: form[1] });
        const alone = await withThreads(1, product);
        for (const count of [2, 3, 8]) {
          expectSameBits((await withThreads(count, product)).data, alone.data, `${m}×${k}×${n}, ${count}`);
        }
      }
    }
  });
});

/**
 * Products of factors that end as close to the end of the kernels' memory as a tensor may, in a Node of its own, where
 * everything is held: gaps fill up, and then blocks lie one behind the other. The sizes in bytes are ones that are not rounded up.
 */
const AT_THE_END = `
  const { memoryBytes, RandomState, setThreads, Tensor } = require("scratch-nn");
  const { allocateBytes } = require("./lib/dist/kernels/memory");
  const { matmulInto } = require("./lib/dist/tensor/matmul");
  setThreads(1); // another one would allocate when it starts
  const held = [];
  const behind = (array) => memoryBytes() - array.byteOffset - array.byteLength;
  const fill = (length) => behind(held[held.push(allocateBytes(length)) - 1]);
  const move = (tensor) => {
    const bytes = tensor.data.byteLength + 256;
    let left = fill(64);
    while (left < bytes) left = fill(2 ** 20);
    while (left > bytes) left = fill(Math.min(2 ** 20, 2 ** Math.floor(Math.log2(left - bytes))));
    held.push(tensor.clone());
    return held.at(-1);
  };
  const wrong = [];
  for (const dtype of ["float32", "float64"])
    for (const [m, k, n] of [[256, 64, 10], [128, 64, 112], [5, 256, 7]])
      for (const transposeA of [false, true])
        for (const transposeB of [false, true]) {
          const random = new RandomState(1);
          const a = Tensor.randn(transposeA ? [k, m] : [m, k], random, dtype);
          const b = Tensor.randn(transposeB ? [n, k] : [k, n], random, dtype);
          const wanted = a.matmul(b, { transposeA, transposeB });
          const out = Tensor.zeros([m, n], dtype);
          held.push(a, b, wanted, out);
          for (const which of [0, 1]) {
            const last = move(which === 0 ? a : b);
            matmulInto(out, which === 0 ? last : a, transposeA, which === 1 ? last : b, transposeB, false);
            if (behind(last.data) !== 256) throw new Error("not at the end: " + behind(last.data));
            if (out.data.some((value, i) => value !== wanted.data[i])) wrong.push([m, k, n]);
          }
        }
  console.log(JSON.stringify(wrong));`;

test("factors at the end of the memory are not read beyond it", () => {
  expect(JSON.parse(runNode(AT_THE_END))).toEqual([]);
});

test("equals NumPy's product", () => {
  const { a, b, product } = readFixture<Record<"a" | "b" | "product", number[][]>>("numpy-core");
  const got = Tensor.from(a, [5, 7], "float64").matmul(Tensor.from(b, [7, 3], "float64"));
  expectClose(got.data, product.flat(), 1e-15);
});

test("(AB)ᵀ = BᵀAᵀ, to the bit", () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(size, size, size, fc.constantFrom(...DTYPES), fc.nat(1000), (m, k, n, dtype, seed) => {
      const a = randomTensor([m, k], { dtype, seed });
      const b = randomTensor([k, n], { dtype, seed: seed + 1 });
      const right = b.matmul(a, { transposeA: true, transposeB: true });
      expectSameBits(a.matmul(b).transpose().data, right.data);
      expectSameBits(b.transpose().matmul(a.transpose()).data, right.data);
    }),
    { numRuns: 60 },
  );
});

test("refuses factors that do not fit", () => {
  const a = Tensor.zeros([2, 3]);
  const refused = (message: string, f: () => unknown): void =>
    expect(f).toThrow(new ShapeError("Tensor.matmul", message));
  refused("factors must be [M, K] · [K, N], got [2, 3] · [2, 3]", () => a.matmul(a));
  refused("factors must be [M, K] · [K, N], got [2, 3]ᵀ · [3, 4]", () =>
    a.matmul(Tensor.zeros([3, 4]), { transposeA: true }),
  );
  refused("factors must be [M, K] · [K, N], got [2, 3] · [3, 4]ᵀ", () =>
    a.matmul(Tensor.zeros([3, 4]), { transposeB: true }),
  );
  refused("factors must be [M, K] · [K, N], got [2, 3] · [3]", () => a.matmul(Tensor.zeros([3])));
  expect(() => a.matmul(Tensor.zeros([3, 2], "float64"))).toThrow(
    new ArgumentError("Tensor.matmul", "both must have the same dtype, got float32 and float64"),
  );
});
