import { DataLoader } from "../datasets/DataLoader";
import { sampleSize } from "../datasets/Dataset";
import { Linear } from "../layers/Linear";
import type { Module } from "../layers/Module";
import { ReLU } from "../layers/ReLU";
import { Sequential } from "../layers/Sequential";
import { CrossEntropyLoss } from "../losses/CrossEntropyLoss";
import { ExponentialScheduler } from "../optim/ExponentialScheduler";
import { SGD } from "../optim/SGD";
import { RandomState } from "../tensor/RandomState";
import type { FitOptions } from "../train/fit";
import { checkExperiment, checkExperimentData } from "./checkExperiment";
import type { Experiment, ExperimentData } from "./Experiment";

/** Samples of an evaluation at a time: enough to keep the kernels busy, little enough to stay in the cache. */
const EVALUATION_BATCH = 500;

/** A model and all that its training needs. */
export interface Prepared {
  readonly model: Module;
  readonly options: FitOptions;
}

/**
 * Builds what an experiment describes, on the given data: `fit(model, options)` trains it as `runExperiments` does,
 * to the same bits.
 * @throws ArgumentError for a value out of its domain; ShapeError if the samples of the two datasets differ in size.
 */
export function prepareExperiment(experiment: Experiment, data: ExperimentData): Prepared {
  checkExperiment(experiment, "prepareExperiment");
  checkExperimentData(data, "prepareExperiment");
  const { hidden, init, biasInit, epsilon, gradientScale, weightDecay, decayBiases, batchSize, epochs } =
    experiment;
  const { train, validation } = data;
  const random = new RandomState(experiment.seed);
  const widths = [sampleSize(train), ...hidden, train.classes];
  const layers: Module[] = [];
  for (let i = 1; i < widths.length; i++) {
    if (i > 1) layers.push(new ReLU());
    layers.push(new Linear(widths[i - 1]!, widths[i]!, { random, init, biasInit }));
  }
  const model = new Sequential(layers);
  const learningRate = new ExponentialScheduler({
    initial: experiment.learningRate,
    decay: experiment.decay,
    every: experiment.decayEvery,
  });
  return {
    model,
    options: {
      epochs,
      loss: new CrossEntropyLoss({ epsilon, gradientScale }),
      optimizer: new SGD(model.parameters(), { learningRate, weightDecay, decayBiases }),
      train: new DataLoader(train, { batchSize, shuffle: random }),
      validation: new DataLoader(validation, { batchSize: EVALUATION_BATCH }),
    },
  };
}
