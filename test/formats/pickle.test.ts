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
    const problem = `expected a pickle that can be read, got: one that is not complete in itself, as it asks for ${what}`;
    expect(() => parse(btoa(pickle))).toThrow(new FileError("x.pkl", problem));
  });

  test("set the prototype of anything", () => {
    const dict = new Map([["__proto__", new Map([["polluted", 1]])]]);
    expect(parse(btoa("(V__proto__\n(Vpolluted\nI1\ndd."))).toEqual(dict);
    expect(parse(btoa("}V__proto__\n}Vpolluted\nI1\nss."))).toEqual(dict);
    const array = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR";
    expect(() => parse(btoa(`${array}(V__proto__\n(Vpolluted\nI1\nddb.`))).toThrow(FileError);
    expect(() => parse(btoa("cnumpy\nndarray\n(V__proto__\n(Vpolluted\nI1\nddb."))).toThrow(FileError);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(Object.hasOwn(Function.prototype, "polluted")).toBe(false);
  });
});

describe("a damaged pickle", () => {
  test.each([
    ["", "0 bytes where there must be 1 more (truncated?)"],
    ["not a pickle", "operation 0x6e"],
    ["\x80\x09.", "protocol 9"],
    ["K", "0 bytes where there must be 1 more (truncated?)"],
    ["B\xff\xff\xff\xffxx.", "3 bytes where there must be 4294967295 more (truncated?)"],
    ["\x8a\x07\x00\x00\x00\x00\x00\x00\x20.", "a whole number beyond 2^53"],
    ["\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01.", "a whole number beyond 2^53"],
    ["\x95\xff\x00\x00\x00\x00\x00\x00\x00N.", "2 bytes where there must be 255 more (truncated?)"],
    [".", "an operation without what it works on"],
    ["(.", "an operation without what it works on"],
    ["NN.", "an end before all values have found their place"],
    ["N.N.", "2 bytes after the end"],
    ["g0\n.", "a reference to value 0, which is not there"],
    ["p-1\n.", "a memo of number -1"],
    ["t.", "an operation without its mark"],
    ["(Na.", "an operation without what it works on"],
    ["NNa.", "values to append to null"],
    [")Na.", "values to append to an array of 0"],
    ["](Nu.", "keys and values for an array of 0"],
    ["}(Nu.", "a key without its value"],
    ["N)R.", "a call of null"],
    ["]}b.", "a state for an array of 0"],
    ["\x8f.", "a set"],
    ["(cnumpy\nndarray\no.", "an object of a class"],
    ["X\x01\x00\x00\x00\xff.", "a text that is no UTF-8"],
    ["c_codecs\nencode\n(Vab\nVutf8\ntR.", undefined],
    [
      "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR.",
      "an array without its contents",
    ],
  ])("%j", (bytes, reason) => {
    const problem =
      reason === undefined
        ? 'expected arrays as NumPy pickles them, got bytes as "utf8"'
        : `expected a pickle that can be read, got: ${reason}`;
    expect(() => parse(Buffer.from(bytes, "latin1").toString("base64"))).toThrow(
      new FileError("x.pkl", problem),
    );
  });

  test.each([
    ["I12", 12],
    ["I-12", -12],
    ["I01", true],
    ["I00", false],
    ["L-12L", -12],
    ["L12", 12],
    ["F0.1", 0.1],
    ["F-1e+16", -1e16],
    ["F1e-05", 1e-5],
    ["F5.", 5],
    ["Finf", Infinity],
    ["F-inf", -Infinity],
    ["Fnan", Number.NaN],
    ["F-nan", Number.NaN],
    ["S'\\x41\\101\\n\\'\\\\'", "AA\n'\\"],
    ["V\\u0041\\\\u0041\\U0001f600", "A\\\\u0041\u{1f600}"],
  ])("the line %s of protocol 0 is read", (line, value) => {
    expect(parse(btoa(`${line}\n.`))).toBe(value);
  });

  test.each([
    ["I12x", '"12x" for a whole number'],
    ["I", '"" for a whole number'],
    ["I1.5", '"1.5" for a whole number'],
    ["I0x10", '"0x10" for a whole number'],
    ["I1e3", '"1e3" for a whole number'],
    ["I9007199254740992", "a whole number beyond 2^53"],
    ["L12x", '"12x" for a whole number'],
    ["L-9007199254740993L", "a whole number beyond 2^53"],
    ["Fabc", '"abc" for a number'],
    ["F1,5", '"1,5" for a number'],
    ["F0x10", '"0x10" for a number'],
    ["F", '"" for a number'],
    ["Sabc", '"abc" for a string in quotes'],
    ["S'", '"\'" for a string in quotes'],
    ["S'\\xzz'", '"\\\\x" in a string'],
    ["S'\\q'", '"\\\\q" in a string'],
    ["S'abc\\'", '"\\\\" in a string'],
    ["V\\u12", '"\\\\u" in a text'],
    ["V\\Uffffffff", '"\\\\Uffffffff" in a text'],
  ])("the line %s of protocol 0 is refused", (line, reason) => {
    const problem = `expected a pickle that can be read, got: ${reason}`;
    expect(() => parse(btoa(`${line}\n.`))).toThrow(new FileError("x.pkl", problem));
  });

  test.each([
    ["\x8a\x00", 0],
    ["\x8a\x02\x00\xff", -256],
    ["\x8a\x07\xff\xff\xff\xff\xff\xff\x1f", 2 ** 53 - 1],
    ["\x8b\x01\x00\x00\x00\x80", -128],
  ])("the long %j is read", (bytes, value) => {
    expect(parse(btoa(`${bytes}.`))).toBe(value);
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
    refuse(`(I-1\nt${type("f8")}I00\nS'abc'\n`, "expected a shape of whole numbers, got one with -1");
    refuse(`(I1\nt${type("O8")}I00\n(lp0\n`, "expected 1 objects, got an array of 0");
    refuse(`(I1\nt${type("f8")}I00\nI1\n`, "expected the bytes of an array, got 1");
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

describe("a pickle that is too much is refused early", () => {
  const dense = (length: number, fill: string): string => fill.repeat(length / fill.length);
  const array = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR";
  const type = "cnumpy\ndtype\n(S'u1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntb";
  test.each([
    ["34 bytes that give an array a length", "cnumpy\nndarray\n(S'length'\nI99999999\ndb.", "a state for"],
    ["a call with such a list", "cnumpy\ndtype\n](S'length'\nI99999999\ndbR.", "a state for"],
    ["a long of 16 MiB", `\x8b\x00\x00\x00\x01${dense(2 ** 24, "\x7f")}.`, "beyond 2^53"],
    ["lists of 16 MiB", `${dense(2 ** 24, "]")}.`, "more than 512 MiB"],
    ["dicts of 16 MiB", `${dense(2 ** 24, "}")}.`, "more than 512 MiB"],
    ["marks of 16 MiB", `${dense(2 ** 24, "(")}.`, "more than 512 MiB"],
    ["a memo of 16 MiB", `N${dense(2 ** 24, "\x94")}.`, "more than 512 MiB"],
    ["copies of a value", `N${dense(2 ** 25, "2")}.`, "more than 512 MiB"],
    [
      "an array's bytes given to many arrays",
      `${type}p1\n0T\x00\x00\x10\x00${dense(2 ** 20, "x")}p2\n0(${dense(2 ** 15, `${array}(I1\n(I1048576\ntg1\nI00\ng2\ntb`.padEnd(128, "N0"))}l.`,
      "more than 512 MiB",
    ],
    [
      "an array of a million axes",
      `${array}(I1\n(${dense(2e6, "K\x01")}t${type}I00\nS'x'\ntb.`,
      "at most 64 axes",
    ],
  ])("%s", (_, pickle, problem) => {
    const bytes = Buffer.from(pickle, "latin1");
    expect(() => parsePickle(bytes, "x.pkl")).toThrow(problem);
  });

  test("lists within lists are no matter", () => {
    let depth = 0;
    const bytes = Buffer.from(`${"]".repeat(100_000)}${"a".repeat(99_999)}.`);
    for (let list = parsePickle(bytes, "x.pkl"); Array.isArray(list); list = list[0]) depth++;
    expect(depth).toBe(100_000);
  });

  test("200,000 values are added to a list at once", () => {
    expect(parsePickle(Buffer.from(`](${"N".repeat(200_000)}e.`), "x.pkl")).toHaveLength(200_000);
  });
});
