import { createHash } from "node:crypto";
import { RandomState } from "scratch-nn";
import { expect, test } from "vitest";
import { exp, log, log1p } from "../../lib/dist/tensor/fdlibm";

/** Numbers of every size, and where their logarithms and powers are hard. */
function samples(): number[] {
  const stream = new RandomState(5);
  const words = new Uint32Array(2);
  const [any] = [new Float64Array(words.buffer)];
  const values = [0, -0, 1, -1, 2 ** -1022, 5e-324, 1e308, Infinity, -Infinity, Number.NaN, 0.34657, 1.0397];
  for (let i = 0; i < 20_000; i++) {
    words[0] = stream.randint(0, 2 ** 32);
    words[1] = stream.randint(0, 2 ** 32);
    values.push(any![0]!, stream.uniform(-745, 709), stream.uniform(-2, 2), 1 + stream.uniform(-1e-5, 1e-5));
  }
  for (let k = -1074; k < 1024; k++) values.push(2 ** k);
  return values;
}

function digest(values: readonly number[]): string {
  const bits = Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : value));
  return createHash("sha256").update(new Uint8Array(bits.buffer)).digest("hex").slice(0, 16);
}

test("exp, log and log1p have the bits that Math's have in Node.js 20", () => {
  const values = samples();
  const shares = values.map(Math.abs).filter((value) => value <= 1);
  expect([digest(values.map(exp)), digest(values.map(log)), digest(shares.map(log1p))]).toEqual([
    "0f570cbd7bd94dda",
    "29f053fd40d81860",
    "0038052d7d9384fa",
  ]);
});

test("exp, log and log1p are Math's within the last place", () => {
  for (const x of samples()) {
    const within = (got: number, expected: number, name: string): void => {
      if (!Number.isFinite(expected)) expect(got, name).toBe(expected);
      else if (!(Math.abs(got - expected) <= 2 ** -52 * Math.abs(expected) + 5e-324))
        expect(got, name).toBe(expected);
    };
    within(exp(x), Math.exp(x), `exp(${x})`);
    within(log(x), Math.log(x), `log(${x})`);
    if (Math.abs(x) <= 1) within(log1p(Math.abs(x)), Math.log1p(Math.abs(x)), `log1p(${Math.abs(x)})`);
  }
});
