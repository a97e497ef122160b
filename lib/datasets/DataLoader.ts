import { checkCounts, checkFlags, checkLists, checkOptions, inWords, markCopy } from "../checks";
import { ArgumentError } from "../errors";
import type { DType } from "../kernels/Kernels";
import { checkChange } from "../tensor/held";
import { RandomState } from "../tensor/RandomState";
import type { RandomStateData } from "../tensor/random/RandomStateData";
import { currentStep } from "../tensor/reuse";
import type { Tensor } from "../tensor/Tensor";
import { type Augmentation, Augmenter } from "./Augmentation";
import { checkDataset, checkLabel, type Dataset } from "./Dataset";
import { digest } from "./digest";
import { Rows } from "./Rows";

/** How many samples a batch has, in which order they come, and what becomes of a byte. */
export interface DataLoaderOptions {
  /** Samples a batch, a whole number > 0; the last batch of an epoch has what is left. */
  readonly batchSize: number;
  /** The stream that orders the samples anew every epoch; without it they keep their order. */
  readonly shuffle?: RandomState;
  /**
   * The stream each batch is drawn from with replacement, `choice(count, batchSize)` a batch, in place of an order of
   * all samples: an epoch may have a sample twice and another not at all, and its batches are full.
   */
  readonly replacement?: RandomState;
  /** Batches an epoch where they are drawn with replacement (default: as many as there would be without). */
  readonly steps?: number;
  /** Leaves out a last batch that is not full (default: false). */
  readonly dropLast?: boolean;
  /** The dtype of x (default: `float32`). */
  readonly dtype?: DType;
  /** What becomes of a byte (default: `byte / 255`). Tokens and floats are not changed. */
  readonly normalize?: (byte: number) => number;
  /** Moves the images of every batch about at random; `pick` gives them as they are (default: they stay). */
  readonly augment?: Augmentation;
}

const OPTIONS: readonly (keyof DataLoaderOptions)[] = [
  "batchSize",
  "shuffle",
  "replacement",
  "steps",
  "dropLast",
  "dtype",
  "normalize",
  "augment",
];

/** Some samples and what they are. */
export interface Batch {
  /** Inputs [N, …]. */
  readonly x: Tensor;
  /** The class of each. */
  readonly labels: Int32Array;
}

/**
 * Deals a dataset out in batches: `for (const { x, labels } of loader)` is one epoch. The samples become rows of a
 * matrix [N, product of the sample's shape], bytes become floats.
 *
 * The inputs are copied into the kernels' memory, once for all loaders of the same part of the same buffer, unless they
 * take more than 1 GiB; every epoch and every `pick` looks whether they were changed in place. The labels are read where
 * they lie. Beside bytes that are mostly zero a list of the others is kept for a first Linear layer, and a batch's x is
 * written out when somebody looks at it.
 *
 * @throws ArgumentError if the dataset is empty, a label is none of its classes, a float is not finite, an option is
 * unknown or out of its domain, both shuffle and replacement are given, or steps without replacement; ShapeError if the
 * dataset's arrays do not have the lengths that its count and shape ask for.
 * @example
 * const { train } = nn.loadMnist();
 * const loader = new nn.DataLoader(train, { batchSize: 64, shuffle: new nn.RandomState(1) });
 * const [{ x, labels }] = loader;
 * console.log(loader.batches, x.shape, labels.length); // 938 [ 64, 784 ] 64
 */
export class DataLoader implements Iterable<Batch> {
  /** Where the samples come from. */
  readonly dataset: Dataset;
  /** How many samples a full batch has. */
  readonly batchSize: number;
  /** The dtype of x. */
  readonly dtype: DType;
  /** How many batches an epoch has. */
  readonly batches: number;
  private readonly shuffle: RandomState | undefined;
  private readonly replacement: RandomState | undefined;
  private start: RandomStateData | undefined;
  private resumed: { readonly batch: number; readonly start: RandomStateData | undefined } | undefined;
  private readonly rows: Rows;
  private readonly augmenter: Augmenter | undefined;
  private readonly indices: Int32Array;
  private readonly labels: Int32Array;

  constructor(dataset: Dataset, options: DataLoaderOptions) {
    checkDataset(dataset, "DataLoader");
    checkLoaderOptions(options);
    const { batchSize, shuffle, replacement, steps, dropLast = false, dtype = "float32" } = options;
    const { normalize = (byte) => byte / 255 } = options;
    if (dataset.count === 0) throw new ArgumentError("DataLoader", `dataset ${dataset.name} has no samples`);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.dtype = dtype;
    this.shuffle = shuffle;
    this.replacement = replacement;
    const batches = dataset.count / batchSize;
    this.batches = steps ?? (dropLast ? Math.floor(batches) : Math.ceil(batches));
    this.rows = new Rows(dataset, dtype, normalize);
    const { augment } = options;
    if (augment !== undefined) this.augmenter = new Augmenter(augment, dataset, dtype, this.rows.background);
    this.indices = new Int32Array(batchSize);
    this.labels = new Int32Array(batchSize);
  }

  /** The stream that decides what is in the batches, where there is one. */
  get stream(): RandomState | undefined {
    return this.shuffle ?? this.replacement;
  }

  /** How the images of a batch are moved about, where they are. */
  get augment(): Augmentation | undefined {
    return this.augmenter?.augmentation;
  }

  /** Where the samples are shuffled, the state of the stream before the order of the last epoch was drawn. */
  get epochStart(): RandomStateData | undefined {
    return this.start;
  }

  /** Its constants as plain data: two loaders of the same data with the same ones deal the same batches. */
  get settings(): Readonly<Record<string, unknown>> {
    const { dataset, batchSize, batches, dtype, shuffle, replacement } = this;
    const { name, count, sampleShape, classes, inputs } = dataset;
    const order = shuffle ? "shuffled" : replacement ? "with replacement" : "as stored";
    const normalized = inputs instanceof Uint8Array ? digest(this.rows.table) : "not changed";
    const data = { dataset: name, count, sampleShape, classes, kind: inputs.constructor.name };
    return { ...data, batchSize, batches, dtype, order, normalized, augment: this.augment };
  }

  /**
   * Makes the next epoch go on behind the first `batch` batches of one that was not finished, whose `epochStart` was
   * that. The stream is not touched.
   * @throws ArgumentError unless batch is a whole number from 0 to batches, and a state is there if they are shuffled.
   */
  resume(batch: number, epochStart?: RandomStateData): void {
    if (!(Number.isInteger(batch) && batch >= 0 && batch <= this.batches)) {
      const problem = `batch must be a whole number from 0 to ${this.batches}, got ${batch}`;
      throw new ArgumentError("DataLoader.resume", problem);
    }
    if (this.shuffle && !epochStart) {
      throw new ArgumentError(
        "DataLoader.resume",
        "epochStart must be given where samples are shuffled, got none",
      );
    }
    if (epochStart) RandomState.fromState(epochStart);
    this.resumed = { batch, start: epochStart };
  }

  /** One epoch: each sample once, in a new order where there is a stream to shuffle by; or what was drawn. */
  *[Symbol.iterator](): Generator<Batch, void, undefined> {
    const { resumed, replacement, batchSize, indices } = this;
    const { count } = this.dataset;
    if (this.stream) checkChange("DataLoader", "its stream", this.stream);
    this.resumed = undefined;
    this.rows.refresh();
    const order = this.order(resumed?.start);
    for (let batch = resumed?.batch ?? 0; batch < this.batches; batch++) {
      if (replacement) {
        const drawn = replacement.choice(count, batchSize);
        this.augmenter?.begin(replacement);
        yield this.deal(drawn, batch);
        continue;
      }
      const start = batch * batchSize;
      const size = Math.min(batchSize, count - start);
      for (let i = 0; i < size; i++) indices[i] = order ? order[start + i] : start + i;
      yield this.deal(indices.subarray(0, size), batch);
    }
  }

  /** The order of an epoch, if they are shuffled; from the state given instead of the stream's own. */
  private order(start: RandomStateData | undefined): Int32Array | undefined {
    if (!this.shuffle) return undefined;
    const stream = start ? RandomState.fromState(start) : this.shuffle;
    this.start = stream.getState();
    const order = stream.permutation(this.dataset.count);
    this.augmenter?.begin(stream);
    return order;
  }

  /**
   * The samples with those numbers, as a batch; nothing is augmented.
   * @throws ArgumentError if there are more than batchSize, or a number is not 0 … count − 1.
   */
  pick(indices: ArrayLike<number>): Batch {
    const { count } = this.dataset;
    checkLists("DataLoader.pick", { indices });
    if (indices.length > this.batchSize) {
      throw new ArgumentError("DataLoader.pick", `at most ${this.batchSize} samples, got ${indices.length}`);
    }
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i];
      if (!(Number.isInteger(index) && index >= 0 && index < count)) {
        throw new ArgumentError(
          "DataLoader.pick",
          `indices must be 0 to ${count - 1}, got ${inWords(index)}`,
        );
      }
    }
    const picked = Int32Array.from(indices);
    if (currentStep() === 0) this.rows.refresh(picked);
    return this.deal(picked);
  }

  /** Those samples, as they are, or as that batch of an epoch has them. */
  private deal(indices: Int32Array, batch?: number): Batch {
    const { dataset, augmenter } = this;
    const rows = this.rows.matrix(indices);
    const x = augmenter && batch !== undefined ? augmenter.augment(rows, batch) : rows;
    const size = indices.length;
    const labels = currentStep() === 0 ? new Int32Array(size) : this.labels;
    for (let i = 0; i < size; i++) {
      const label = dataset.labels[indices[i]];
      checkLabel("DataLoader", dataset, label, indices[i]);
      labels[i] = label;
    }
    return { x, labels: size === labels.length ? labels : labels.subarray(0, size) };
  }
}

markCopy(DataLoader);

function checkLoaderOptions(options: DataLoaderOptions): void {
  checkOptions("DataLoader", options, OPTIONS);
  const { batchSize, shuffle, replacement, steps, dropLast, dtype, normalize, augment } = options;
  checkCounts("DataLoader", { batchSize });
  for (const [name, stream] of Object.entries({ shuffle, replacement })) {
    if (stream === undefined || stream instanceof RandomState) continue;
    const problem = `${name} must be a stream, such as new RandomState(1), got ${inWords(stream)}`;
    throw new ArgumentError("DataLoader", problem);
  }
  if (shuffle && replacement) {
    throw new ArgumentError("DataLoader", "only one of shuffle and replacement must be given, got both");
  }
  if (steps !== undefined && !replacement) {
    throw new ArgumentError("DataLoader", `steps goes with replacement, got ${steps} without`);
  }
  if (steps !== undefined) checkCounts("DataLoader", { steps });
  if (dropLast !== undefined) checkFlags("DataLoader", { dropLast });
  if (dtype !== undefined && dtype !== "float32" && dtype !== "float64") {
    throw new ArgumentError("DataLoader", `dtype must be "float32" or "float64", got ${inWords(dtype)}`);
  }
  if (augment !== undefined && !shuffle && !replacement) {
    throw new ArgumentError(
      "DataLoader",
      "augment goes with shuffle or replacement, the stream it draws from",
    );
  }
  if (normalize !== undefined && typeof normalize !== "function") {
    throw new ArgumentError("DataLoader", `normalize must be a function, got ${inWords(normalize)}`);
  }
}
