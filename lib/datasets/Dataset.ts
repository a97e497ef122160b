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

/**
 * Checks that the arrays of a dataset agree with its count, shape and classes, and returns it.
 * @throws ShapeError if an array has another length; ArgumentError if a label is not 0 … classes - 1.
 */
export function checkDataset(dataset: Dataset, where: string): Dataset {
  const { count, sampleShape, classes, inputs, labels } = dataset;
  const wanted = count * sampleSize(dataset);
  if (inputs.length !== wanted) {
    const shape = formatShape([count, ...sampleShape]);
    throw new ShapeError(where, `inputs must be ${shape}, ${wanted} numbers, got ${inputs.length}`);
  }
  if (labels.length !== count) {
    throw new ShapeError(where, `labels must be [${count}], one per sample, got [${labels.length}]`);
  }
  const bad = labels.findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0) {
    throw new ArgumentError(where, `labels must be 0 to ${classes - 1}, got ${labels[bad]} at ${bad}`);
  }
  return dataset;
}

/**
 * The samples at `indices`, in that order, copied; an index may come more than once.
 * `subset(train, random.permutation(train.count))` shuffles.
 * @throws ArgumentError if an index is not 0 … count - 1.
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const size = sampleSize(dataset);
  const count = indices.length;
  const inputs = viewLike(dataset.inputs, new ArrayBuffer(count * size * dataset.inputs.BYTES_PER_ELEMENT));
  const labels = dataset.labels instanceof Int32Array ? new Int32Array(count) : new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const from = indices[i];
    if (!Number.isInteger(from) || from < 0 || from >= dataset.count) {
      throw new ArgumentError("subset", `indices must be 0 to ${dataset.count - 1}, got ${from} at ${i}`);
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
  if (!Number.isInteger(n) || n < 1 || n > dataset.count) {
    throw new ArgumentError("take", `n must be 1 to ${dataset.count}, got ${n}`);
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
