import { zipSync } from "fflate";
import { FileError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { parseNpy } from "../../lib/dist/formats/numpy/parseNpy";
import { parseNpz } from "../../lib/dist/formats/numpy/parseNpz";
import { readFixture } from "../helpers/readFixture";

interface Fixture {
  readonly files: { name: string; file: string; shape: number[]; dtype: string; data: unknown[] }[];
  readonly structured: string;
  readonly text: string;
  readonly packed: string;
  readonly stored: string;
  readonly grid: number[];
  readonly lists: number[][];
}
const fixture = readFixture<Fixture>("npy-files");
const unpack = (base64: string): Buffer => Buffer.from(base64, "base64");
const first = unpack(fixture.files[0].file);

test.each(fixture.files)("$name", ({ file, shape, dtype, data }) => {
  const array = parseNpy(unpack(file), "x.npy");
  expect([array.shape, array.dtype, Array.from(array.data as unknown[])]).toEqual([shape, dtype, data]);
});

test.each(["packed", "stored"] as const)("an archive, %s", (form) => {
  const { grid, lists } = parseNpz(unpack(fixture[form]), ["grid", "lists"], "x.npz");
  expect([grid.shape, Array.from(grid.data)]).toEqual([[3, 5], fixture.grid]);
  expect([lists.shape, lists.data]).toEqual([[3], fixture.lists]);
  expect(Object.keys(parseNpz(unpack(fixture[form]), ["lists"], "x.npz"))).toEqual(["lists"]);
});

describe("refuses", () => {
  const refuse = (bytes: Uint8Array, problem: string): void =>
    expect(() => parseNpy(bytes, "x.npy")).toThrow(new FileError("x.npy", problem));

  test("another format or version", () => {
    const magic = "expected a .npy file, beginning \\x93NUMPY, got something else";
    refuse(Buffer.from("PK and something else"), magic);
    refuse(first.subarray(0, 11), magic);
    const newer = Buffer.from(first);
    newer[6] = 4;
    refuse(newer, "expected .npy version 1 to 3, got 4");
  });

  test("a truncated file", () => {
    refuse(first.subarray(0, 100), "expected a header of 128 bytes, got 100 (truncated?)");
    refuse(first.subarray(0, -3), "expected 120 bytes for [3, 5] of <f8, got 117");
    const lists = unpack(fixture.files.at(-1)?.file ?? "");
    expect(() => parseNpy(lists.subarray(0, -3), "x.npy")).toThrow(FileError);
  });

  test("a dtype that is neither numbers nor objects", () => {
    const known = "f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1";
    refuse(unpack(fixture.text), `expected numbers (${known}), got dtype <U2`);
    expect(() => parseNpy(unpack(fixture.structured), "x.npy")).toThrow(
      /^x\.npy: expected a header with descr, fortran_order and shape, got \{'descr': \[\('a'/,
    );
  });

  test("an archive that is none, is cut, or lacks an array", () => {
    const zip = /^x\.npz: expected a \.npz file \(a zip archive\) that unpacks, got: /;
    expect(() => parseNpz(first, ["a"], "x.npz")).toThrow(zip);
    expect(() => parseNpz(unpack(fixture.packed).subarray(0, 300), ["grid"], "x.npz")).toThrow(zip);
    const problem = "expected grid.npy, b.npy, c.npy in it, got no b.npy, no c.npy";
    expect(() => parseNpz(unpack(fixture.stored), ["grid", "b", "c"], "x.npz")).toThrow(
      new FileError("x.npz", problem),
    );
  });

  test("an array in an archive, by its name there", () => {
    const archive = zipSync({ "grid.npy": Buffer.from("\x93NUMPY\x09\x00\x00\x00\x00\x00", "latin1") });
    expect(() => parseNpz(archive, ["grid"], "x.npz")).toThrow(
      /^x\.npz\/grid\.npy: expected \.npy version 1 to 3/,
    );
  });
});

describe("an archive", () => {
  test.each(["packed", "stored"] as const)("%s: a flipped bit is an error, or changes nothing", (form) => {
    const good = unpack(fixture[form]);
    const { grid, lists } = parseNpz(good, ["grid", "lists"], "x.npz");
    let refused = 0;
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const bytes = Buffer.from(good);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      try {
        expect(parseNpz(bytes, ["grid", "lists"], "x.npz")).toEqual({ grid, lists });
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(4 * good.length);
  });

  /** An array of so many bytes. */
  const zeros = (count: number): Buffer => {
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${count},), }`.padEnd(117);
    return Buffer.concat([
      Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, "latin1"),
      Buffer.alloc(count),
    ]);
  };

  test.each([
    ["whose header is of another size", zeros(872), "expected 872 bytes for [872] of |u1, got 1073741696"],
    ["that is no array", Buffer.alloc(1000), "expected a .npy file"],
  ])("that says it is 1 GiB, of a file %s, is refused before it is unpacked", (_, content, problem) => {
    const bytes = Buffer.from(zipSync({ "a.npy": content }));
    bytes.writeUInt32LE(2 ** 30, bytes.lastIndexOf("PK\x01\x02", undefined, "latin1") + 24);
    expect(() => parseNpz(bytes, ["a"], "x.npz")).toThrow(problem);
  });

  test("with a longer header than any is refused, and one of 10,000 bytes is read", () => {
    const long = (length: number): Buffer => {
      const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }".padEnd(length);
      const size = Buffer.alloc(2);
      size.writeUInt16LE(length);
      return Buffer.concat([
        Buffer.from("\x93NUMPY\x01\x00", "latin1"),
        size,
        Buffer.from(header),
        Buffer.from([1, 2, 3]),
      ]);
    };
    for (const level of [0, 9] as const) {
      const [good, bad] = [10_000, 10_001].map((length) => zipSync({ "a.npy": long(length) }, { level }));
      expect([...parseNpz(good!, ["a"], "x.npz").a.data]).toEqual([1, 2, 3]);
      expect(() => parseNpz(bad!, ["a"], "x.npz")).toThrow(
        "expected a header of at most 10000 bytes, got 10001",
      );
    }
  });

  /** With fields of the directory's entry, or of the end, set. */
  const changed = (at: number, value: number, from: "entry" | "end" = "entry", size = 4): Buffer => {
    const bytes = Buffer.from(zipSync({ "a.npy": zeros(872) }));
    const start = bytes.lastIndexOf(from === "entry" ? "PK\x01\x02" : "PK\x05\x06", undefined, "latin1");
    bytes.writeUIntLE(value, start + at, size);
    return bytes;
  };
  test.each([
    ["a checksum of another file", changed(16, 1), "expected the checksum 00000001, got"],
    ["a size too small", changed(24, 999), "expected 872 bytes for [872] of |u1, got 871"],
    ["a size too large", changed(24, 1001), "expected 872 bytes for [872] of |u1, got 873"],
    [
      "a size beyond the limit",
      changed(24, 2 ** 31),
      "expected at most 1073741824 bytes unpacked, got 2147483648",
    ],
    ["zip64", changed(20, 2 ** 32 - 1), "zip64, a file beyond 4 GB"],
    ["an encrypted file", changed(8, 1, "entry", 2), "an encrypted file"],
    ["another method", changed(10, 12, "entry", 2), "method 12, neither stored nor deflated"],
    ["a stored file that is packed", changed(10, 0, "entry", 2), "expected a .npy file"],
    ["a place beyond the end", changed(42, 2 ** 31), "another place for the file"],
    ["a name beyond the end", changed(28, 60_000, "entry", 2), "a directory of 1 files that ends after 0"],
    ["fewer files than it says", changed(10, 2, "end", 2), "a directory in another place than at the end"],
    ["a directory elsewhere", changed(16, 0, "end"), "a directory in another place than at the end"],
  ])("with %s is refused", (_, bytes, problem) => {
    expect(() => parseNpz(bytes, ["a"], "x.npz")).toThrow(FileError);
    expect(() => parseNpz(bytes, ["a"], "x.npz")).toThrow(problem);
  });

  test("with a name twice is refused", () => {
    const bytes = Buffer.from(zipSync({ "a.npy": Buffer.alloc(9), "b.npy": Buffer.alloc(9, 1) }));
    for (let at = bytes.indexOf("b.npy"); at >= 0; at = bytes.indexOf("b.npy")) bytes.write("a", at);
    expect(() => parseNpz(bytes, ["a"], "x.npz")).toThrow('"a.npy" twice');
  });
});
