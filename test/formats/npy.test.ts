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
    const damaged = unpack(fixture.stored);
    damaged[damaged.indexOf("\x93NUMPY", 0, "latin1") + 6] = 9;
    expect(() => parseNpz(damaged, ["grid"], "x.npz")).toThrow(
      /^x\.npz\/grid\.npy: expected \.npy version 1 to 3/,
    );
  });
});
