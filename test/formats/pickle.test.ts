import { FileError } from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import { isNdArray } from "../../lib/dist/formats/numpy/NdArray";
import { parsePickle } from "../../lib/dist/formats/pickle/parsePickle";
import { readFixture } from "../helpers/readFixture";

interface Stored {
  readonly name: string;
  readonly pickle: string;
}

const { cases, refused } = readFixture<{
  cases: (Stored & { value: unknown })[];
  refused: (Stored & { asks: string })[];
}>("pickles");

/** The value as the fixture holds it. */
function plain(value: unknown): unknown {
  if (isNdArray(value)) {
    const data = Array.from(value.data as readonly unknown[], plain);
    const logical = value.dtype === "b1" ? data.map(Boolean) : data;
    return { shape: value.shape, dtype: value.dtype, data: logical };
  }
  if (value instanceof Map) return { map: Array.from(value, ([key, v]) => [key, plain(v)]) };
  return Array.isArray(value) ? value.map(plain) : value;
}

function parse(base64: string): unknown {
  return parsePickle(Buffer.from(base64, "base64"), "x.pkl");
}

test.each(cases)("$name", ({ pickle, value }) => {
  expect(plain(parse(pickle))).toEqual(value);
});

describe("what a pickle may not do", () => {
  test.each(refused)("$name", ({ pickle, asks }) => {
    const what = "expected a pickle of NumPy arrays, lists, tuples, dicts, strings and numbers";
    const problem = `${what}, got one that asks to import ${asks} (nothing was run)`;
    expect(() => parse(pickle)).toThrow(new FileError("x.pkl", problem));
  });

  test.each([
    ["a persistent object", "P17\n."],
    ["a registered extension", "\x82\x05."],
  ])("asks for %s", (what, pickle) => {
    const problem = `expected a pickle that is complete in itself, got one that asks for ${what}`;
    expect(() => parse(btoa(pickle))).toThrow(new FileError("x.pkl", problem));
  });

  test("set the prototype of anything", () => {
    expect(parse(btoa("(V__proto__\n(Vpolluted\nI1\ndd."))).toBeInstanceOf(Map);
    const array = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR";
    expect(() => parse(btoa(`${array}(V__proto__\n(Vpolluted\nI1\nddb.`))).toThrow(FileError);
    expect(() => parse(btoa("cnumpy\nndarray\n(V__proto__\n(Vpolluted\nI1\nddb."))).not.toThrow();
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(Object.hasOwn(Function.prototype, "polluted")).toBe(false);
  });
});

describe("a damaged pickle", () => {
  test.each([
    ["", "Unexpected end of file."],
    ["not a pickle", "Unsupported opcode '110'."],
    ["\x80\x09.", "Unsupported protocol version '9'."],
    ["K", "Expected 1 more bytes. The file might be corrupted. Unexpected end of file."],
    ["B\xff\xff\xff\xffxx.", "a negative length (-1)"],
    ["\x8a\x02\x00\xff.", "a long integer that is negative or beyond 2^53"],
    ["\x8a\x07\x00\x00\x00\x00\x00\x00\x20.", "a long integer that is negative or beyond 2^53"],
    [
      "\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01.",
      "a long integer that is negative or beyond 2^53",
    ],
  ])("%j", (bytes, reason) => {
    const problem = `expected a pickle that can be read, got: ${reason}`;
    expect(() => parse(Buffer.from(bytes, "latin1").toString("base64"))).toThrow(
      new FileError("x.pkl", problem),
    );
  });

  test("cut anywhere is a FileError, and prints nothing", () => {
    const warn = vi.spyOn(console, "warn");
    for (const { pickle } of cases.filter(({ name }) => name.startsWith("arrays"))) {
      const bytes = Buffer.from(pickle, "base64");
      for (let end = 0; end < bytes.length - 1; end += 17) {
        expect(() => parsePickle(bytes.subarray(0, end), "x.pkl")).toThrow(FileError);
      }
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("the length of a long is told from other bytes that look like one", () => {
    // BININT1 138, then 3 bytes: not LONG1 of 3 bytes.
    expect(parse(btoa("(K\x8aC\x03\x00\x00\xfft."))).toEqual([138, Buffer.from([0, 0, 255])]);
    expect(parse(Buffer.from(`C\x8b${"\xff".repeat(139)}.`, "latin1").toString("base64"))).toHaveLength(139);
  });

  test("an array of another length, type or state", () => {
    const array = (state: string) =>
      btoa(`cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n${state}tb.`);
    const type = (kind: string) => `cnumpy\ndtype\n(S'${kind}'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntb`;
    const refuse = (state: string, problem: string) =>
      expect(() => parse(array(state))).toThrow(new FileError("x.pkl", problem));
    refuse(`(I2\nt${type("f8")}I00\nS'abc'\n`, "expected 16 bytes for [2] of <f8, got 3");
    refuse(`(I-1\nt${type("f8")}I00\nS'abc'\n`, "expected a shape of whole numbers, got [-1]");
    refuse(`(I1\nt${type("O8")}I00\n(lp0\n`, "expected 1 objects, got another number or no list");
    refuse(`(I1\nt${type("f8")}I00\nI1\n`, "expected the bytes of an array, got none");
    refuse(
      `(I1\ntNI00\nS''\n`,
      "expected an array with a shape and a dtype, got another state of an ndarray",
    );
    const known = "f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1";
    refuse(`(I1\nt${type("V8")}I00\nS''\n`, `expected numbers (${known}), got dtype <V8`);
    const wide = `(I1\nt${type("i8")}I00\nS'${"\\x00".repeat(7)}\\x7f'\n`;
    refuse(wide, "expected whole numbers up to 2^53, got 9151314442816848000 at 0");
  });
});
