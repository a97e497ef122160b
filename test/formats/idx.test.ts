import { FileError } from "scratch-nn";
import { expect, test } from "vitest";
import { parseIdx } from "../../lib/dist/formats/idx";

test("the dimensions are big-endian and the data is a view", () => {
  const bytes = Uint8Array.of(9, 0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6).subarray(1);
  const { shape, data } = parseIdx(bytes, "file");
  expect(shape).toEqual([3, 2]);
  expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  expect(data.buffer).toBe(bytes.buffer);
});

test("a dimension may be 0, or need its highest bit", () => {
  expect(parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0), "file")).toEqual({
    shape: [0],
    data: new Uint8Array(0),
  });
  expect(() => parseIdx(Uint8Array.of(0, 0, 8, 1, 0x80, 0, 0, 0), "file")).toThrow(
    "expected 2147483656 bytes, got 8 (truncated?)",
  );
});

test.each<[string, number[], string]>([
  ["an empty file", [], "expected a header of at least 8 bytes, got 0 (truncated?)"],
  ["half a magic number", [0, 0, 8], "expected a header of at least 8 bytes, got 3 (truncated?)"],
  ["half a header", [0, 0, 8, 3, 0, 0], "expected a header of 16 bytes (3 dimensions), got 6 (truncated?)"],
  ["another format", [0x50, 0x4b, 3, 4, 0], "expected an idx file, beginning 00 00 08, got 50 4b 03 04"],
  ["no dimensions", [0, 0, 8, 0, 5], "expected an idx file, beginning 00 00 08, got 00 00 08 00"],
  ["floats", [0, 0, 0x0d, 1, 0, 0, 0, 0], "expected unsigned bytes (type 0x08), got type 0x0d"],
  ["data missing", [0, 0, 8, 1, 0, 0, 0, 3, 1], "expected 11 bytes, got 9 (truncated?)"],
  ["data left over", [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], "expected 9 bytes, got 10 (bytes after the end)"],
])("refuses %s", (_, bytes, problem) => {
  expect(() => parseIdx(Uint8Array.from(bytes), "t10k-labels-idx1-ubyte")).toThrow(
    new FileError("t10k-labels-idx1-ubyte", problem),
  );
});
