import { checkCounts, checkLists, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { formatShape, sizeOf } from "../tensor/shape";

/**
 * Samples with class labels, kept as they were stored.
 * Sample i is `inputs[i * size .. (i + 1) * size)` with size = product(sampleShape), and its class is `labels[i]`.
 * The arrays may be views, and may live on a SharedArrayBuffer; nothing here writes to them.
 */
export interface Dataset {
  /** What errors call it. */
  readonly name: string;
  /** Number of samples. */
  readonly count: number;
  /** Shape of one sample: [28, 28] for an MNIST digit. */
  readonly sampleShape: readonly number[];
  /** Number of classes; a label is 0 … classes - 1. */
  readonly classes: number;
  /** count × product(sampleShape) numbers, row after row; bytes are pixels, 0–255, and 16 bits are tokens. */
  readonly inputs: Uint8Array | Uint16Array | Float32Array | Float64Array;
  /** The class of each sample, [count]. */
  readonly labels: Uint8Array | Int32Array;
}

/** Numbers in one sample: 784 for an MNIST digit. */
export function sampleSize(dataset: Dataset): number {
  return sizeOf(dataset.sampleShape);
}

const FIELDS: readonly (keyof Dataset)[] = ["name", "count", "sampleShape", "classes", "inputs", "labels"];

/**
 * Checks that a dataset has all it needs, and arrays that agree with its count, shape and classes; returns it. Whether
 * its floats are finite is not looked at.
 * @throws ShapeError if an array has another length; ArgumentError if a field is missing or of another kind, or a label
 * is none of the classes.
 */
export function checkDataset(dataset: Dataset, where: string): Dataset {
  if (typeof dataset !== "object" || dataset === null) {
    throw new ArgumentError(where, `dataset must be a Dataset, got ${inWords(dataset)}`);
  }
  const missing = FIELDS.find((field) => dataset[field] === undefined || dataset[field] === null);
  if (missing) throw new ArgumentError(where, `dataset must have ${missing}, got ${inWords(dataset)}`);
  const { count, sampleShape, classes, inputs, labels } = dataset;
  checkCounts(where, { count }, 0);
  checkCounts(where, { classes });
  if (!Array.isArray(sampleShape) || !sampleShape.every((side) => Number.isInteger(side) && side > 0)) {
    const got = Array.isArray(sampleShape) ? formatShape(sampleShape) : inWords(sampleShape);
    throw new ArgumentError(where, `sampleShape must be a list of whole numbers > 0, got ${got}`);
  }
  if (![Uint8Array, Uint16Array, Float32Array, Float64Array].some((Kind) => inputs instanceof Kind)) {
    const kinds = "a Uint8Array (pixels), a Uint16Array (tokens), a Float32Array or a Float64Array";
    const cure = "Float32Array.from(inputs, Number) makes one of numbers";
    throw new ArgumentError(where, `inputs must be ${kinds}, got ${inWords(inputs)}; ${cure}`);
  }
  const size = count * sampleSize(dataset);
  if (inputs.length !== size) {
    const shape = formatShape([count, ...sampleShape]);
    throw new ShapeError(where, `inputs must be ${shape}, ${size} numbers, got ${inputs.length}`);
  }
  if (labels.length !== count) {
    throw new ShapeError(where, `labels must be [${count}], one per sample, got [${labels.length}]`);
  }
  for (let i = 0; i < count; i++) checkLabel(where, dataset, labels[i], i);
  if (!(labels instanceof Uint8Array || labels instanceof Int32Array)) {
    const problem = `labels must be a Uint8Array or an Int32Array, got ${inWords(labels)}`;
    throw new ArgumentError(where, `${problem}; Int32Array.from(labels) makes one`);
  }
  return dataset;
}

/** @throws ArgumentError unless the label of that sample is one of the classes. */
export function checkLabel(where: string, { name, classes }: Dataset, label: number, sample: number): void {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  const problem = `labels of ${name} must be whole numbers from 0 to ${classes - 1}, got ${inWords(label)}`;
  throw new ArgumentError(where, `${problem} in sample ${sample}`);
}

/**
 * The samples at `indices`, in that order, copied; an index may come more than once.
 * `subset(train, random.permutation(train.count))` shuffles.
 * @throws ArgumentError if an index is not 0 … count - 1.
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  checkDataset(dataset, "subset");
  checkLists("subset", { indices });
  const size = sampleSize(dataset);
  const count = indices.length;
  const inputs = viewLike(dataset.inputs, new ArrayBuffer(count * size * dataset.inputs.BYTES_PER_ELEMENT));
  const labels = dataset.labels instanceof Int32Array ? new Int32Array(count) : new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const from = indices[i];
    if (!Number.isInteger(from) || from < 0 || from >= dataset.count) {
      throw new ArgumentError(
        "subset",
        `indices must be 0 to ${dataset.count - 1}, got ${inWords(from)} at ${i}`,
      );
    }
    inputs.set(dataset.inputs.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = dataset.labels[from];
  }
  return { ...dataset, count, inputs, labels };
}

/**
 * The first `n` samples, without copying: the arrays are views of the dataset's, and loaders of the same samples
 * share one copy in the kernels' memory.
 * @throws ArgumentError if n is not 1 … count.
 */
export function take(dataset: Dataset, n: number): Dataset {
  checkDataset(dataset, "take");
  if (!Number.isInteger(n) || n < 1 || n > dataset.count) {
    throw new ArgumentError("take", `n must be 1 to ${dataset.count}, got ${inWords(n)}`);
  }
  return between(dataset, 0, n);
}

/**
 * Cuts a dataset into consecutive parts of the given sizes, without copying:
 * `const [train, validation] = split(mnist.train, [50_000, 10_000])`.
 * For a random split, shuffle first: `split(subset(train, random.permutation(train.count)), [12_000, 48_000])`.
 * @throws ArgumentError if the sizes are not positive integers that add up to count.
 */
export function split(dataset: Dataset, sizes: readonly number[]): Dataset[] {
  checkDataset(dataset, "split");
  checkLists("split", { sizes });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== dataset.count || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    const problem = `sizes must be positive and add up to ${dataset.count}, got [${sizes.join(", ")}]`;
    throw new ArgumentError("split", problem);
  }
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return between(dataset, start - size, start);
  });
}

function between(dataset: Dataset, start: number, end: number): Dataset {
  const size = sampleSize(dataset);
  const inputs = dataset.inputs.subarray(start * size, end * size);
  return { ...dataset, count: end - start, inputs, labels: dataset.labels.subarray(start, end) };
}

/** A view of the same type as the inputs, on a buffer. */
export function viewLike(inputs: Dataset["inputs"], buffer: ArrayBufferLike): Dataset["inputs"] {
  if (inputs instanceof Float32Array) return new Float32Array(buffer);
  if (inputs instanceof Float64Array) return new Float64Array(buffer);
  return inputs instanceof Uint16Array ? new Uint16Array(buffer) : new Uint8Array(buffer);
}
