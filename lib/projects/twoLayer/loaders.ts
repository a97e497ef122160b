import { checkCounts } from "../../checks";
import { DataLoader } from "../../datasets/DataLoader";
import { checkDataset, type Dataset, split, subset } from "../../datasets/Dataset";
import type { DType } from "../../kernels/Kernels";
import type { RandomState } from "../../tensor/RandomState";
import { stepsPerEpoch, type TwoLayerSettings } from "./settings";
import { checkStream, type TrialStream } from "./TrialStream";

/** What the trials of the search learn from and are judged by. */
export interface SearchData {
  /** To learn from. */
  readonly train: Dataset;
  /** To be judged by. */
  readonly validation: Dataset;
}

/** The samples in the order of the stream, the first ones for validation. @throws ArgumentError without a stream. */
export function splitSamples(samples: Dataset, stream: TrialStream): SearchData {
  checkStream("splitSamples", stream);
  const { settings, order } = stream;
  const ordered = subset(samples, order);
  const [validation, train] = split(ordered, [settings.validation, settings.samples - settings.validation]);
  return { train: train!, validation: validation! };
}

/** Samples of an evaluation at a time: enough to keep the kernels busy, little enough to stay in the cache. */
const EVALUATION_BATCH = 500;

/** A pixel as the project had it: a float32 of byte / 255, widened where it computes in float64. */
const normalize = (byte: number): number => Math.fround(byte / 255);

/** Batches to learn from: each sample of each drawn anew, so that an epoch has some twice and others not at all. */
export function trainingBatches(
  dataset: Dataset,
  random: RandomState,
  settings: Pick<TwoLayerSettings, "batchSize">,
  dtype: DType = "float64",
): DataLoader {
  checkDataset(dataset, "trainingBatches");
  checkCounts("trainingBatches", { batchSize: settings?.batchSize });
  const { batchSize } = settings;
  const steps = stepsPerEpoch(dataset.count, batchSize);
  return new DataLoader(dataset, { batchSize, replacement: random, steps, dtype, normalize });
}

/** All samples once, in order, to judge by. */
export function evaluationBatches(dataset: Dataset, dtype: DType = "float64"): DataLoader {
  return new DataLoader(dataset, { batchSize: EVALUATION_BATCH, dtype, normalize });
}
