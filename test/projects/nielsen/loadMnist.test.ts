import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DataLoader, FileError, loadMnist } from "scratch-nn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDataset } from "../../../lib/dist/datasets/Dataset";
import { loadMnist as loadNielsenMnist } from "../../../lib/dist/projects/nielsen";
import { readFixture } from "../../helpers/readFixture";

const { nielsen } = readFixture<{ nielsen: { file: string; pixels: number[][]; labels: number[][] } }>(
  "pickles",
);
const file = Buffer.from(nielsen.file, "base64");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nielsen-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(content: Buffer) {
  const path = join(folder, "mnist.pkl.gz");
  writeFileSync(path, content);
  return loadNielsenMnist(path);
}

test("the pickle's three parts as bytes; byte / 256 gives the book's pixels", () => {
  const { train, validation, test: held } = load(file);
  for (const [i, part] of [train, validation, held].entries()) {
    checkDataset(part, "test");
    expect(Array.from(part.inputs)).toEqual(nielsen.pixels[i]);
    expect(Array.from(part.labels)).toEqual(nielsen.labels[i]);
  }
  const loader = new DataLoader(train, { batchSize: 3, normalize: (byte) => byte / 256 });
  const { x } = loader.pick([0, 1, 2]);
  expect(Array.from(x.data)).toEqual(nielsen.pixels[0].map((byte) => byte / 256));
});

test("without the pickle, MNIST cut in the same order", () => {
  const parts = loadNielsenMnist(join(folder, "none.pkl.gz"));
  const mnist = loadMnist();
  expect([parts.train.count, parts.validation.count, parts.test.count]).toEqual([50_000, 10_000, 10_000]);
  expect(parts.train.inputs[783 * 5]).toBe(mnist.train.inputs[783 * 5]);
  // The labels the book's file begins with.
  expect(Array.from(parts.train.labels.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect(Array.from(parts.validation.labels.subarray(0, 10))).toEqual([3, 8, 6, 9, 6, 4, 5, 3, 8, 4]);
  expect(Array.from(parts.test.labels.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
});

describe("refused, naming the file", () => {
  /** The pickle with bytes replaced by others of the same length, from their last place. */
  const changed = (from: Buffer, to: Buffer): Buffer => {
    const pickle = gunzipSync(file);
    to.copy(pickle, pickle.lastIndexOf(from));
    return pickle;
  };
  const float = (value: number): Buffer => Buffer.from(new Float32Array([value]).buffer);
  const bright = Math.max(...nielsen.pixels[2]);

  test("pixels of another scale", () => {
    const problem = /^mnist\.pkl\.gz: expected pixels k \/ 256, k = 0 to 255, got 0\.5019\d+ at \d+$/;
    expect(() => load(changed(float(bright / 256), float(128 / 255)))).toThrow(problem);
    expect(() => load(changed(float(bright / 256), float(1)))).toThrow(/got 1 at/);
    expect(() => load(changed(float(bright / 256), float(Number.NaN)))).toThrow(/got NaN at/);
  });

  test.each([
    ["one set", "(I1\nl.", "expected a tuple of three sets, train, validation and test, got something else"],
    [
      "no arrays",
      "(I1\nI2\nI3\nt.",
      "expected two arrays of numbers for MNIST train, images and labels, got something else",
    ],
  ])("%s", (_, pickle, problem) => {
    expect(() => load(Buffer.from(pickle))).toThrow(new FileError("mnist.pkl.gz", problem));
  });
});
