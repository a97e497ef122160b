import { checkCounts, checkOptions } from "../../checks";

/**
 * The two-layer project: "two_layer_neural_network" by Zijian Chen, course DATA620004, 2023. A random search over 50
 * networks of one hidden layer on MNIST, then one training with the best of their hyperparameters, in NumPy and
 * float64, everything drawn from one stream. This folder holds what belongs to that project alone, in terms of the
 * library; `notebooks/two-layer.ipynb` is its reader.
 */
export interface TwoLayerSettings {
  /** Of the one stream that everything random comes from. */
  readonly seed: number;
  /** Trials of the search. */
  readonly trials: number;
  /** Images that are put into random order before the search: all of MNIST's training data. */
  readonly samples: number;
  /** How many of them, the first in that order, the trials are judged by. */
  readonly validation: number;
  /** Epochs of a trial. */
  readonly epochs: number;
  /** Samples a step. */
  readonly batchSize: number;
  /** Outputs of a network of the search: 50, where ten would do. The other forty learn to stay silent. */
  readonly outputs: number;
}

/** As the project had it. */
export const asPublished: TwoLayerSettings = {
  seed: 2023,
  trials: 50,
  samples: 60_000,
  validation: 12_000,
  epochs: 50,
  batchSize: 128,
  outputs: 50,
};

/** @throws ArgumentError from `where` unless all settings are there, and whole numbers. */
export function checkSettings(where: string, settings: TwoLayerSettings): void {
  checkOptions(where, settings, Object.keys(asPublished));
  const { seed, trials, samples, validation, epochs, batchSize, outputs } = settings;
  checkCounts(where, { seed, validation }, 0);
  checkCounts(where, { trials, samples, epochs, batchSize, outputs });
}

/** Pixels of an image. */
export const PIXELS = 784;

/** Steps that the project calls an epoch: as many full batches as the samples would fill. */
export function stepsPerEpoch(samples: number, batchSize: number): number {
  return Math.floor(samples / batchSize);
}
