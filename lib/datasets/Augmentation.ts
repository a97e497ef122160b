import { checkCounts, checkFlags, checkOptions, checkPositives, checkShares, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { kernels } from "../kernels/load";
import { allocate } from "../kernels/memory";
import { run } from "../kernels/run";
import { deepFreeze } from "../plain";
import { exp } from "../tensor/fdlibm";
import type { RandomState } from "../tensor/RandomState";
import { formatShape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";
import { TensorCache } from "../tensor/TensorCache";
import type { Dataset } from "./Dataset";

/**
 * How images are moved about before each is learnt from: what a network sees is a little different every time. Each
 * image of each batch gets its own values, uniformly drawn.
 */
export interface Augmentation {
  /** Turned about the middle by at most so many degrees in either direction, 0 to 180. */
  readonly rotate?: number;
  /** Enlarged by a factor between 1 − scale and 1 + scale, scale in [0, 1). */
  readonly scale?: number;
  /**
   * Shifted by at most so many pixels up or down, and left or right, from 0 to the image's longer side; parts of a pixel
   * are interpolated.
   */
  readonly shift?: number;
  /** Framed by so many pixels of nothing, and cut out again anywhere: a shift by whole pixels, at most as `shift`. */
  readonly crop?: number;
  /** Whether one in two is mirrored, left for right. */
  readonly flip?: boolean;
  /**
   * Distorted elastically (Simard, Steinkraus and Platt 2003): each pixel comes from a place that is displaced by alpha
   * times noise in [−1, 1), smoothed by a Gaussian of standard deviation sigma. Both are in pixels, > 0; sigma is at most the image's longer
   * side, alpha a million.
   */
  readonly elastic?: { readonly alpha: number; readonly sigma: number };
}

const OPTIONS: readonly (keyof Augmentation)[] = ["rotate", "scale", "shift", "crop", "flip", "elastic"];

/** The Gaussian ends at so many standard deviations, as where `scipy.ndimage.gaussian_filter` has `truncate=3`. */
const TRUNCATE = 3;

/** The largest alpha: far beyond any use, and far from what float32 can hold. */
const MOST_ALPHA = 1e6;

/** Moves the images of batches about. What happens to one is a function of the key, its batch and its place in there. */
export class Augmenter {
  readonly augmentation: Augmentation;
  private readonly dtype: DType;
  private readonly plan: FloatArray;
  /** The Gaussian, from −radius to radius. */
  private readonly weights: FloatArray | undefined;
  private readonly images: TensorCache<Tensor> = new TensorCache((shape, dtype) =>
    Tensor.zeros(shape, dtype),
  );
  private fields: FloatArray;
  private key: readonly [number, number] = [0, 0];

  /**
   * Outside of an image there is `background`.
   * @throws ArgumentError if an option is unknown or out of its domain, there is none, or the dataset has tokens;
   * ShapeError unless its samples are images.
   */
  constructor(augmentation: Augmentation, dataset: Dataset, dtype: DType, background: number) {
    checkAugmentation(augmentation, dataset);
    this.augmentation = deepFreeze(structuredClone(augmentation));
    this.dtype = dtype;
    const [height, width, channels = 1] = dataset.sampleShape;
    const { rotate = 0, scale = 0, shift = 0, crop = 0, flip = false, elastic } = augmentation;
    if (elastic) this.weights = gaussian(elastic.sigma, dtype);
    const radius = this.weights ? (this.weights.length - 1) / 2 : 0;
    this.plan = allocate("float64", 11);
    const whole = [(rotate * Math.PI) / 180, scale, shift, crop, flip ? 1 : 0];
    this.plan.set([height, width, channels, ...whole, background, elastic?.alpha ?? 0, radius]);
    this.fields = allocate(dtype, 0);
  }

  /** Draws a new key: two words of the stream. */
  begin(stream: RandomState): void {
    this.key = [stream.randint(0, 2 ** 32), stream.randint(0, 2 ** 32)];
  }

  /** The images of that batch, one a row, moved about. */
  augment(x: Tensor, batch: number): Tensor {
    const { dtype, plan, weights, key } = this;
    const [rows] = x.shape;
    const y = this.images.take(x.shape, dtype);
    let fields = 0;
    if (weights) {
      const size = kernels(dtype).displacementValues(plan.byteOffset);
      if (this.fields.length < rows * size) this.fields = allocate(dtype, rows * size);
      fields = this.fields.byteOffset;
      const args = [0, rows, plan.byteOffset, ...key, batch, weights.byteOffset, fields];
      run(dtype, "displace", rows * size, args, kernels(dtype).displaceScratch(plan.byteOffset));
    }
    const args = [0, rows, plan.byteOffset, ...key, batch, x.data.byteOffset, fields, y.data.byteOffset];
    run(dtype, "warp", x.size, args, kernels(dtype).warpScratch(plan.byteOffset));
    return y;
  }
}

function gaussian(sigma: number, dtype: DType): FloatArray {
  const radius = Math.round(TRUNCATE * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const array = allocate(dtype, weights.length);
  array.set(weights.map((weight) => weight / sum));
  return array;
}

function checkAugmentation(augmentation: Augmentation, { name, sampleShape, inputs }: Dataset): void {
  const where = "DataLoader augment";
  checkOptions(where, augmentation, OPTIONS);
  if (inputs instanceof Uint16Array) {
    throw new ArgumentError(where, `${name} must have pixels to be moved about, got tokens`);
  }
  if (sampleShape.length !== 2 && sampleShape.length !== 3) {
    const got = formatShape(sampleShape);
    throw new ShapeError(where, `samples of ${name} must be images [H, W] or [H, W, C], got ${got}`);
  }
  const { rotate = 0, scale = 0, shift = 0, crop = 0, flip = false, elastic } = augmentation;
  const side = Math.max(sampleShape[0], sampleShape[1]);
  const checkMost = (name: string, value: number, most: number): void => {
    if (value > most) throw new ArgumentError(where, `${name} must be at most ${most} pixels, got ${value}`);
  };
  if (!(typeof rotate === "number" && rotate >= 0 && rotate <= 180)) {
    throw new ArgumentError(where, `rotate must be degrees from 0 to 180, got ${inWords(rotate)}`);
  }
  checkShares(where, { scale });
  if (!(Number.isFinite(shift) && shift >= 0)) {
    throw new ArgumentError(where, `shift must be a finite number of pixels ≥ 0, got ${inWords(shift)}`);
  }
  checkMost("shift", shift, side);
  checkCounts(where, { crop }, 0);
  checkMost("crop", crop, side);
  checkFlags(where, { flip });
  if (elastic !== undefined) {
    checkOptions(`${where}.elastic`, elastic, ["alpha", "sigma"]);
    const { alpha, sigma } = elastic;
    checkPositives(`${where}.elastic`, { alpha, sigma });
    checkMost("elastic.alpha", alpha, MOST_ALPHA);
    checkMost("elastic.sigma", sigma, side);
  }
  if (!(rotate > 0 || scale > 0 || shift > 0 || crop > 0 || flip || elastic)) {
    throw new ArgumentError(where, "something must be augmented, got options that change nothing");
  }
}
