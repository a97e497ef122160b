import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ArgumentError, FileError, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  withChecksum,
} from "../../lib/dist/formats/safetensors/safetensors";

const fixture = new URL("../fixtures/safetensors-numpy.safetensors", import.meta.url);
const float32 = (shape: number[], numbers: number[]): StoredTensor => ({
  dtype: "float32",
  shape,
  data: Float32Array.from(numbers),
});

/** A file with this header, unpadded as some writers leave it, and `length` bytes of data. */
function fileWith(header: unknown, length: number): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + json.length + length, 0x3f);
  bytes.writeBigUInt64LE(BigInt(json.length));
  json.copy(bytes, 8);
  return bytes;
}

const entry = (begin: number, end: number, dtype = "F32", shape: unknown = [(end - begin) / 4]): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

function reasonFor(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes, "model.safetensors");
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return (error as FileError).message;
  }
  throw new Error("the file was accepted");
}

describe("against Python's safetensors", () => {
  const bytes = readFileSync(fixture);

  test("reads its file", () => {
    const { tensors, metadata } = decodeSafetensors(bytes, "fixture");
    expect(metadata).toEqual({ format: "schön\t✓" });
    expect(tensors.get("0.weight")).toEqual(float32([2, 3], [0, 0.125, 0.25, 0.375, 0.5, 0.625]));
    expect(tensors.get("0.bias")).toEqual(float32([3], [0.1, -0, Infinity]));
    expect(tensors.get('größe "é"\\\n')).toEqual({
      dtype: "float64",
      shape: [2, 1, 1],
      data: Float64Array.of(Math.PI, 1e-300),
    });
    expect(tensors.get("scalar")).toEqual({ dtype: "float64", shape: [], data: Float64Array.of(2.5) });
    expect(tensors.get("empty")).toEqual(float32([0, 4], []));
    expect(tensors.size).toBe(5);
  });

  test("writes the same bytes from the same tensors, whatever their order", () => {
    const { tensors, metadata } = decodeSafetensors(bytes, "fixture");
    const reversed = new Map([...tensors].reverse());
    expect(Buffer.from(encodeSafetensors(reversed, metadata)).equals(bytes)).toBe(true);
    expect(Buffer.from(encodeSafetensors(Object.fromEntries(tensors), metadata)).equals(bytes)).toBe(true);
  });
});

test("what is written is read back, to the bit", () => {
  const tensor = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
    const length = shape.reduce((product, side) => product * side, 1);
    const size = { minLength: length, maxLength: length };
    return fc.oneof(
      fc.float32Array(size).map((data): StoredTensor => ({ dtype: "float32", shape, data })),
      fc.float64Array(size).map((data): StoredTensor => ({ dtype: "float64", shape, data })),
    );
  });
  const name = fc.string({ unit: "binary" }).filter((text) => text !== "__metadata__");
  const tensors = fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 });
  const metadata = fc.dictionary(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(tensors, metadata, fc.nat(9), (list, texts, offset) => {
      const bytes = encodeSafetensors(new Map(list), texts);
      expect(bytes.length % 4).toBe(0);
      const file = new Uint8Array(offset + bytes.length);
      file.set(bytes, offset);
      const read = decodeSafetensors(file.subarray(offset), "file");
      expect(read.metadata).toEqual(texts);
      expect(read.tensors).toEqual(new Map(list));
      expect(encodeSafetensors(read.tensors, read.metadata)).toEqual(bytes);
    }),
  );
});

test("data may be a view of shared memory, and what is read is not", () => {
  const memory = new SharedArrayBuffer(64);
  const data = new Float32Array(memory, 12, 3);
  data.set([1, 2, 3]);
  const bytes = encodeSafetensors({ w: { dtype: "float32", shape: [3], data } });
  expect(bytes).toEqual(encodeSafetensors({ w: float32([3], [1, 2, 3]) }));

  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
  shared.set(bytes);
  const read = decodeSafetensors(shared, "file").tensors.get("w");
  expect(read).toEqual(float32([3], [1, 2, 3]));
  expect(read?.data.buffer).toBeInstanceOf(ArrayBuffer);
});

test("a file need not be aligned, padded or sorted", () => {
  const bytes = fileWith({ z: entry(0, 4), a: entry(4, 12, "F64", []) }, 12);
  const { tensors, metadata } = decodeSafetensors(bytes, "file");
  expect(tensors.get("a")?.shape).toEqual([]);
  expect(tensors.get("a")?.data).toEqual(new Float64Array(Uint8Array.from({ length: 8 }, () => 0x3f).buffer));
  expect(metadata).toEqual({});
});

test("no tensors make a file too", () => {
  expect(decodeSafetensors(encodeSafetensors({}), "file").tensors.size).toBe(0);
});

describe("a malformed file is refused with a reason", () => {
  const good = encodeSafetensors({ w: float32([2, 2], [1, 2, 3, 4]) }, { made: "by a test" });

  test("truncated anywhere", () => {
    for (let length = 0; length < good.length; length++) reasonFor(good.subarray(0, length));
    expect(reasonFor(good.subarray(0, 5))).toBe(
      "model.safetensors: expected at least 8 bytes, got 5 (truncated?)",
    );
    expect(reasonFor(good.subarray(0, 20))).toMatch(
      /expected a header of \d+ bytes, got 12 \(truncated\?\)$/,
    );
    expect(reasonFor(good.subarray(0, -3))).toBe(
      "model.safetensors: expected 16 bytes of data, got 13 (truncated?)",
    );
  });

  test("bytes after the end", () => {
    expect(reasonFor(Buffer.concat([good, Buffer.alloc(1)]))).toBe(
      "model.safetensors: expected 16 bytes of data, got 17 (bytes after the end)",
    );
  });

  test.each<[string, Uint8Array, string]>([
    [
      "a header of absurd length",
      Buffer.from("PK\x03\x04 some zip file"),
      "header of at most 100000000 bytes",
    ],
    ["no JSON", fileWith("{oops", 0), "expected a header in JSON"],
    ["an empty header", fileWith("", 0), "expected a header in JSON"],
    ["no UTF-8", Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff]), "expected a header in JSON"],
    ["a list", fileWith("[]", 0), "JSON object, got []"],
    ["leading space", fileWith(" {}", 0), "JSON object, got  {}"],
    ["null", fileWith("null", 0), "JSON object, got null"],
    [
      "a number for a tensor",
      fileWith({ w: 5 }, 0),
      'tensor "w": expected dtype, shape, data_offsets, got 5',
    ],
    ["an unknown dtype", fileWith({ w: entry(0, 4, "BF16", [2]) }, 4), 'dtype F32 or F64, got "BF16"'],
    ["a negative side", fileWith({ w: entry(0, 4, "F32", [-1]) }, 4), "shape of integers, got [-1]"],
    ["a broken side", fileWith({ w: entry(0, 4, "F32", [0.5, 2]) }, 4), "shape of integers, got [0.5,2]"],
    [
      "no shape",
      fileWith({ w: { dtype: "F32", data_offsets: [0, 4] } }, 4),
      "shape of integers, got undefined",
    ],
    [
      "offsets backwards",
      fileWith({ w: entry(4, 0, "F32", [1]) }, 4),
      "data_offsets [begin, end], got [4,0]",
    ],
    [
      "three offsets",
      fileWith({ w: { dtype: "F32", shape: [], data_offsets: [0, 4, 8] } }, 4),
      "got [0,4,8]",
    ],
    [
      "a wrong byte length",
      fileWith({ w: entry(0, 8, "F64", [2]) }, 8),
      "expected 16 bytes for F64 [2], got 8",
    ],
    ["an absurd shape", fileWith({ w: entry(0, 4, "F32", [2 ** 40, 2 ** 40]) }, 4), "got 4"],
    [
      "overlapping tensors",
      fileWith({ a: entry(0, 8), b: entry(4, 12) }, 12),
      '"b": expected data from byte 8, got 4',
    ],
    ["a tensor twice over", fileWith({ a: entry(0, 4), b: entry(0, 4) }, 4), "got 0 (overlap)"],
    ["a gap", fileWith({ a: entry(0, 4), b: entry(8, 12) }, 12), "expected data from byte 4, got 8 (gap)"],
    ["a gap at the start", fileWith({ a: entry(4, 8) }, 8), "expected data from byte 0, got 4 (gap)"],
    [
      "metadata of numbers",
      fileWith({ __metadata__: { epochs: 30 } }, 0),
      'names to text, got {"epochs":30}',
    ],
    ["metadata of lists", fileWith({ __metadata__: [] }, 0), "names to text, got []"],
    [
      "a name twice",
      fileWith(`{"w":${JSON.stringify(entry(0, 4))},"\\u0077":${JSON.stringify(entry(0, 4))}}`, 4),
      'expected each name once in the header, got "w" twice',
    ],
    ["a metadata name twice", fileWith('{"__metadata__":{"a":"{","a":"}"}}', 0), 'got "a" twice'],
  ])("%s", (_, bytes, reason) => {
    const message = reasonFor(bytes);
    expect(message).toContain("model.safetensors");
    expect(message).toContain(reason);
  });

  test("any byte of the header changed gives the tensor or a FileError", () => {
    const headerEnd = good.length - 16;
    fc.assert(
      fc.property(fc.nat(headerEnd - 1), fc.nat(255), (at, byte) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = byte;
        try {
          const [tensor] = decodeSafetensors(bytes, "file").tensors.values();
          expect(tensor.data).toHaveLength(4);
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
        }
      }),
    );
  });
});

describe("what cannot be stored is refused", () => {
  test("a shape that does not fit its data", () => {
    expect(() => encodeSafetensors({ w: float32([2, 3], [1, 2, 3, 4, 5]) })).toThrow(
      new ShapeError("encodeSafetensors", '"w" must hold [2, 3] numbers, got 5'),
    );
    expect(() => encodeSafetensors({ w: float32([-1, -1], [1]) })).toThrow(ShapeError);
  });

  test("a dtype that does not fit its data", () => {
    const tensor: StoredTensor = { dtype: "float64", shape: [1], data: Float32Array.of(1) };
    expect(() => encodeSafetensors({ w: tensor })).toThrow(
      new ShapeError("encodeSafetensors", '"w" is float64: data must be Float64Array, got Float32Array'),
    );
  });

  test("names and metadata that are no text", () => {
    const tensor = float32([], [1]);
    expect(() => encodeSafetensors({ __metadata__: tensor })).toThrow(ArgumentError);
    expect(() => encodeSafetensors({ "\ud800": tensor })).toThrow(ArgumentError);
    expect(() => encodeSafetensors({}, { note: "\udc00" })).toThrow(ArgumentError);
  });
});

describe("the checksum", () => {
  const tensors = new Map([
    ["w", float32([2, 2], [1, -0, 3, Number.NaN])],
    ["v", { dtype: "float64", shape: [1], data: Float64Array.of(0.1) } as StoredTensor],
  ]);
  const texts = { made: "by a test", 'quo"te': "ü" };
  const good = encodeSafetensors(tensors, withChecksum(tensors, texts));

  test("is read over, and is not in the metadata", () => {
    expect(decodeSafetensors(good, "file")).toEqual({ tensors, metadata: texts });
  });

  test("is that of the contents, whoever wrote the header", () => {
    const { length } = encodeSafetensors(tensors, texts);
    const json = Buffer.from(good.subarray(8, 8 + Number(Buffer.from(good).readBigUInt64LE())));
    const { __metadata__, ...rest } = JSON.parse(json.toString()) as Record<string, object>;
    const other = fileWith({ ...rest, __metadata__ }, 0);
    const file = Buffer.concat([other, good.subarray(good.length - 24)]);
    expect(length).toBeLessThan(good.length);
    expect(decodeSafetensors(file, "file")).toEqual({ tensors, metadata: texts });
  });

  test("a flipped bit is an error, or leaves numbers and metadata as they are", () => {
    let refused = 0;
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const bytes = Uint8Array.from(good);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      try {
        const read = decodeSafetensors(bytes, "file");
        expect([read.tensors, read.metadata.made]).toEqual([tensors, texts.made]);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(7 * good.length);
  });

  test("says that the file has changed", () => {
    const bytes = Uint8Array.from(good);
    bytes[bytes.length - 1] ^= 1;
    expect(() => decodeSafetensors(bytes, "file")).toThrow(
      /^file: expected the checksum [0-9a-f]{8}, got [0-9a-f]{8}: the file has changed since it was written$/,
    );
  });
});

describe("a header that is large", () => {
  const long = "x\\".repeat(2 ** 23);

  test("may hold a text of 16 MiB", () => {
    const bytes = encodeSafetensors({ w: float32([1], [1]) }, { long });
    expect(decodeSafetensors(bytes, "file").metadata.long === long).toBe(true);
  });

  test.each([
    ["a text for a tensor", fileWith({ w: long }, 0), 'dtype, shape, data_offsets, got "x'],
    ["lists in lists", fileWith(`{"w":${"[".repeat(2 ** 24)}`, 0), "one of deeper objects or lists"],
    [
      "a million axes",
      fileWith({ w: entry(0, 4, "F32", new Array(2 ** 20).fill(1)) }, 4),
      "integers, got [1,1",
    ],
    ["a million names", fileWith(`{${'"a":{},'.repeat(2 ** 21)}`, 0), 'got "a" twice'],
    [
      "two million names",
      fileWith(`{${Array.from({ length: 2 ** 21 }, (_, i) => `"${i}":1`).join(",")}}`, 0),
      "at most 1048576 names in the header, got more",
    ],
    ["a string without an end", fileWith(`{"${"\\\\".repeat(2 ** 23)}`, 0), "expected a header in JSON"],
  ])("is refused with %s, shortly", (_, bytes, reason) => {
    const message = reasonFor(bytes);
    expect(message).toContain(reason);
    expect(message.length).toBeLessThan(300);
  });
});
