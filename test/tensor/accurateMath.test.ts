import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { log, pow, wholePow } from "../../lib/dist/tensor/accurateMath";

interface Fixture {
  log: [x: number, y: number][];
  pow: [base: number, exponent: number, y: number][];
}

const fixture = JSON.parse(
  readFileSync(join(__dirname, "../fixtures/accurate-math.json"), "utf8"),
) as unknown as Fixture;

test("log is correctly rounded where Math.log may not be", () => {
  for (const [x, y] of fixture.log) expect(log(x), `log(${x})`).toBe(y);
});

test("pow is correctly rounded where Math.pow may not be", () => {
  for (const [base, exponent, y] of fixture.pow)
    expect(pow(base, exponent), `${base} ** ${exponent}`).toBe(y);
});

test("log of powers of two, of zero and of what is no positive number", () => {
  for (let k = -1074; k <= 1023; k++) expect(log(2 ** k)).toBeCloseTo(k * Math.LN2, 11);
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(-Infinity);
  expect(log(-0)).toBe(-Infinity);
  expect(log(Infinity)).toBe(Infinity);
  expect(log(-1)).toBeNaN();
  expect(log(Number.NaN)).toBeNaN();
});

test("exact powers are exact", () => {
  for (let n = 0; n <= 22; n++) expect(pow(10, n)).toBe(Number(`1e${n}`));
  for (let n = -1019; n <= 1019; n++) expect(pow(2, n)).toBe(2 ** n);
  expect(pow(1.5, 2)).toBe(2.25);
  expect(pow(4, 0.5)).toBe(2);
  expect(pow(7, 1)).toBe(7);
});

test("pow of special arguments is Math.pow's", () => {
  const values = [0, -0, 1, -1, 2, -2, 0.5, -3.5, 1e308, 1e-308, 5e-324, Infinity, -Infinity, Number.NaN];
  for (const base of values) {
    for (const exponent of values) {
      const got = pow(base, exponent);
      const wanted = base ** exponent;
      if (Number.isFinite(wanted) && wanted !== 0) expect(got / wanted).toBeCloseTo(1, 12);
      else expect(got).toBe(wanted);
    }
  }
});

test("wholePow is pow, for the means that Adam keeps", () => {
  for (const base of [0.9, 0.99, 0.999, 0.5, 1, 0]) {
    for (let n = 0; n < 1000; n++) expect(wholePow(base, n), `${base} ** ${n}`).toBe(pow(base, n));
  }
  expect(wholePow(0.999, 1e6)).toBeCloseTo(0, 300);
  expect(wholePow(0.9, 2 ** 40)).toBe(0);
});
