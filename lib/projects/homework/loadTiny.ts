import { basename } from "node:path";
import { checkPath } from "../../checks";
import type { Dataset } from "../../datasets/Dataset";
import { FileError } from "../../errors";
import { isNumeric, type NumberArray } from "../../formats/numpy/NdArray";
import { parsePickle } from "../../formats/pickle/parsePickle";
import { readUnpacked } from "../../formats/readUnpacked";
import { projectPath } from "../../platform/paths";
import { formatShape, sizeOf } from "../../tensor/shape";

/** Ten times what the homework's files have, at least. */
const MOST_BYTES = 2 ** 27;
const MOST_PAIRS = 50_000;

/** A set to train on and one to test on. */
export interface TrainAndTest {
  /** To learn from. */
  readonly train: Dataset;
  /** To be judged by. */
  readonly test: Dataset;
}

/**
 * Loads the homework's toy set: 200 + 200 points of the plane in two classes, inputs float64 [count, 2].
 * @param path absolute or relative to the project.
 * @throws FileError that names the file if it is missing, damaged, or another set.
 */
export function loadTinyToy(path = "data/tinyTOY.pkl.gz"): TrainAndTest {
  return loadPairs(path, "tinyTOY", [2], 2);
}

/**
 * Loads the homework's digits: 2,499 + 2,499 images of 14 × 14, inputs float64 0 to 0.8, ten classes.
 * @param path absolute or relative to the project.
 * @throws FileError that names the file if it is missing, damaged, or another set.
 */
export function loadTinyMnist(path = "data/tinyMNIST.pkl.gz"): TrainAndTest {
  return loadPairs(path, "tinyMNIST", [14, 14], 10);
}

/** The homework's form: a list [train, test] of lists of pairs (x [size, 1], y [classes, 1] one-hot). */
function loadPairs(path: string, name: string, sampleShape: number[], classes: number): TrainAndTest {
  checkPath("loadTiny", path);
  const file = basename(path);
  const parts = parsePickle(readUnpacked(projectPath(path), MOST_BYTES), file);
  if (!Array.isArray(parts) || parts.length !== 2) {
    throw new FileError(file, "expected a list of two sets, train and test, got something else");
  }
  const [train, test] = parts.map((pairs: unknown, part) => {
    if (!Array.isArray(pairs) || pairs.length === 0) {
      throw new FileError(file, "expected a list of pairs (x, y), got something else or none");
    }
    if (pairs.length > MOST_PAIRS) {
      throw new FileError(file, `expected at most ${MOST_PAIRS} pairs, got ${pairs.length}`);
    }
    const size = sizeOf(sampleShape);
    const inputs = new Float64Array(pairs.length * size);
    const labels = new Uint8Array(pairs.length);
    for (const [i, pair] of pairs.entries()) {
      const [x, y] = Array.isArray(pair) ? pair : [];
      inputs.set(column(x, size, file, `x of pair ${i}`), i * size);
      labels[i] = hot(column(y, classes, file, `y of pair ${i}`), file, i);
    }
    const label = `${name} ${part === 0 ? "train" : "test"}`;
    return { name: label, count: pairs.length, sampleShape, classes, inputs, labels };
  });
  return { train, test };
}

function column(value: unknown, length: number, file: string, what: string): NumberArray {
  if (isNumeric(value) && value.data.length === length) return value.data;
  const came = isNumeric(value) ? formatShape(value.shape) : "no array of numbers";
  throw new FileError(file, `expected ${what} to be [${length}, 1], got ${came}`);
}

function hot(y: NumberArray, file: string, pair: number): number {
  const label = y.indexOf(1);
  if (label < 0 || y.some((value, i) => value !== (i === label ? 1 : 0))) {
    throw new FileError(file, `expected y of pair ${pair} to be one-hot, got [${y.join(", ")}]`);
  }
  return label;
}
