import { existsSync } from "node:fs";
import { basename } from "node:path";
import { checkPath } from "../../checks";
import { type Dataset, split } from "../../datasets/Dataset";
import { loadMnist as loadOriginal } from "../../datasets/loadMnist";
import { FileError } from "../../errors";
import { isNumeric } from "../../formats/numpy/NdArray";
import { parsePickle } from "../../formats/pickle/parsePickle";
import { readUnpacked } from "../../formats/readUnpacked";
import { projectPath } from "../../platform/paths";
import { formatShape } from "../../tensor/shape";

const PIXELS = 784;
/** The book's file has 220 million, unpacked. */
const MOST_BYTES = 2 ** 28;
const SIZES = [50_000, 10_000] as const;

/** MNIST in Nielsen's three parts. */
export interface NielsenMnist {
  /** 50,000 digits to learn from. */
  readonly train: Dataset;
  /** 10,000 digits to choose by. */
  readonly validation: Dataset;
  /** 10,000 digits to be judged by. */
  readonly test: Dataset;
}

/**
 * Loads MNIST as Nielsen's book splits it: 50,000 to train on, 10,000 to validate and 10,000 to test.
 * Reads the book's `mnist.pkl.gz` where it was put into `data/`, otherwise what the library's `loadMnist` finds: the same digits in
 * the same order, as training digits 0 to 49,999 and 50,000 to 59,999, and the test digits.
 *
 * The book's file holds a pixel of byte b as the float32 b / 256 (white is 255 / 256 = 0.99609375, not 1). The inputs
 * here are the bytes, whichever file was read; for the book's values give a `DataLoader`
 * `normalize: (byte) => byte / 256`.
 * @param path where the book's file would be, absolute or relative to the project.
 * @throws FileError that names the file if it is damaged, holds other pixels than b / 256, or MNIST is not complete.
 */
export function loadMnist(path = "data/mnist.pkl.gz"): NielsenMnist {
  checkPath("loadMnist", path);
  const file = projectPath(path);
  if (existsSync(file)) {
    return fromPickle(parsePickle(readUnpacked(file, MOST_BYTES), basename(file)), basename(file));
  }
  const mnist = loadOriginal();
  if (mnist.train.count !== SIZES[0] + SIZES[1]) {
    throw new FileError(mnist.train.name, `expected 60000 digits to split, got ${mnist.train.count}`);
  }
  const [train, validation] = split(mnist.train, SIZES);
  return { train, validation: { ...validation, name: "MNIST validation" }, test: mnist.test };
}

function fromPickle(parts: unknown, file: string): NielsenMnist {
  if (!Array.isArray(parts) || parts.length !== 3) {
    throw new FileError(
      file,
      "expected a tuple of three sets, train, validation and test, got something else",
    );
  }
  const [train, validation, test] = ["train", "validation", "test"].map((name, i) => {
    const [images, labels] = Array.isArray(parts[i]) ? (parts[i] as unknown[]) : [];
    return toDataset(`MNIST ${name}`, images, labels, file);
  });
  return { train, validation, test };
}

function toDataset(name: string, images: unknown, labels: unknown, file: string): Dataset {
  if (!isNumeric(images) || !isNumeric(labels)) {
    throw new FileError(
      file,
      `expected two arrays of numbers for ${name}, images and labels, got something else`,
    );
  }
  const [count] = images.shape;
  if (images.shape.length !== 2 || images.shape[1] !== PIXELS || labels.data.length !== count) {
    const came = `${formatShape(images.shape)} and ${formatShape(labels.shape)}`;
    throw new FileError(file, `expected ${name} as images [n, ${PIXELS}] and labels [n], got ${came}`);
  }
  const inputs = Uint8Array.from(images.data, (value) => value * 256);
  const odd = inputs.findIndex((byte, i) => byte !== images.data[i] * 256);
  if (odd >= 0)
    throw new FileError(file, `expected pixels k / 256, k = 0 to 255, got ${images.data[odd]} at ${odd}`);
  const bad = labels.data.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < 10));
  if (bad >= 0) throw new FileError(file, `expected labels 0 to 9, got ${labels.data[bad]} at ${bad}`);
  return { name, count, sampleShape: [28, 28], classes: 10, inputs, labels: Uint8Array.from(labels.data) };
}
