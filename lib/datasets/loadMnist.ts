import { basename } from "node:path";
import { FileError } from "../errors";
import { type Idx, parseIdx } from "../formats/idx";
import { readUnpacked } from "../formats/readUnpacked";
import { formatShape } from "../tensor/shape";
import type { Dataset } from "./Dataset";
import { type MnistOptions, mnistSource } from "./mnistSource";

const SIDE = 28;
const CLASSES = 10;
const TRAIN_COUNT = 60_000;
const TEST_COUNT = 10_000;
/** Five times what a file of MNIST has. */
const MOST_BYTES = 2 ** 28;

/**
 * Loads the MNIST handwritten digits: 60,000 to train on and 10,000 to test on, 28 × 28 bytes each
 * (0 background … 255 ink), labels 0–9. `mnistSource` says where from; a folder of your own may hold fewer.
 * Nothing is copied: `inputs` and `labels` are views of the files as read.
 * @throws FileError that names the file if one is missing, truncated, damaged, or not what its name says.
 */
export function loadMnist(options: MnistOptions = {}): { train: Dataset; test: Dataset } {
  const source = mnistSource(options);
  const train = readPart("MNIST train", source.trainImages, source.trainLabels);
  const test = readPart("MNIST test", source.testImages, source.testLabels);
  if (train.count === TEST_COUNT && test.count === TRAIN_COUNT) {
    const problem = `expected ${TRAIN_COUNT} images, got ${TEST_COUNT} (train and t10k files swapped?)`;
    throw new FileError(basename(source.trainImages), problem);
  }
  if (source.original) {
    expectCount(source.trainImages, train.count, TRAIN_COUNT);
    expectCount(source.testImages, test.count, TEST_COUNT);
  }
  return { train, test };
}

function readPart(name: string, imagesPath: string, labelsPath: string): Dataset {
  const images = readIdx(imagesPath);
  const labels = readIdx(labelsPath);
  const [imagesName, labelsName] = [basename(imagesPath), basename(labelsPath)];
  const [count, rows, columns] = images.shape;
  if (images.shape.length !== 3 || rows !== SIDE || columns !== SIDE || count === 0) {
    const guess = images.shape.length === 1 ? " (labels; files swapped?)" : "";
    throw new FileError(
      imagesName,
      `expected images [N, ${SIDE}, ${SIDE}], got ${formatShape(images.shape)}${guess}`,
    );
  }
  if (labels.shape.length !== 1) {
    const guess = labels.shape.length === 3 ? " (images; files swapped?)" : "";
    throw new FileError(labelsName, `expected labels [N], got ${formatShape(labels.shape)}${guess}`);
  }
  if (labels.shape[0] !== count) {
    const problem = `expected ${count} labels, one for each image of ${imagesName}, got ${labels.shape[0]}`;
    throw new FileError(labelsName, problem);
  }
  const bad = labels.data.findIndex((label) => label >= CLASSES);
  if (bad >= 0) {
    throw new FileError(labelsName, `expected labels 0 to ${CLASSES - 1}, got ${labels.data[bad]} at ${bad}`);
  }
  return {
    name,
    count,
    sampleShape: [rows, columns],
    classes: CLASSES,
    inputs: images.data,
    labels: labels.data,
  };
}

function readIdx(path: string): Idx {
  return parseIdx(readUnpacked(path, MOST_BYTES), basename(path));
}

function expectCount(path: string, count: number, expected: number): void {
  if (count !== expected) throw new FileError(basename(path), `expected ${expected} images, got ${count}`);
}
