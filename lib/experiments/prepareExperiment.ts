import { DataLoader } from "../datasets/DataLoader";
import { sampleSize } from "../datasets/Dataset";
import { Dropout } from "../layers/Dropout";
import { Linear } from "../layers/Linear";
import type { Module } from "../layers/Module";
import { ReLU } from "../layers/ReLU";
import { Sequential } from "../layers/Sequential";
import { Sigmoid } from "../layers/Sigmoid";
import { BinaryCrossEntropyLoss } from "../losses/BinaryCrossEntropyLoss";
import { CrossEntropyLoss } from "../losses/CrossEntropyLoss";
import type { Loss } from "../losses/Loss";
import { QuadraticLoss } from "../losses/QuadraticLoss";
import { ExponentialScheduler } from "../optim/ExponentialScheduler";
import { SGD } from "../optim/SGD";
import { RandomState } from "../tensor/RandomState";
import type { FitOptions } from "../train/FitOptions";
import { checkExperiments } from "./checkExperiments";
import type { ExperimentData, MlpExperiment } from "./MlpExperiment";

/** Samples of an evaluation at a time: enough to keep the kernels busy, little enough to stay in the cache. */
const EVALUATION_BATCH = 500;

/** A model and all that its training needs. */
export interface Prepared {
  /** The network, with its first weights. */
  readonly model: Module;
  /** What `fit` takes beside the model. */
  readonly options: FitOptions;
}

/**
 * Builds what an experiment describes, on the given data: `fit(model, options)` trains it as `runExperiments` does,
 * to the same bits.
 * @throws ArgumentError for a value out of its domain; ShapeError if the samples of the two datasets differ in size.
 */
export function prepareExperiment(experiment: MlpExperiment, data: ExperimentData): Prepared {
  checkExperiments("prepareExperiment", [experiment], data);
  const { hidden, activation, dropout, loss, dtype, init, biasInit } = experiment;
  const { weightDecay, decayBiases, batchSize, epochs } = experiment;
  const { train, validation } = data;
  const random = new RandomState(experiment.seed);
  const masks = new RandomState([experiment.seed, 1]);
  const widths = [sampleSize(train), ...hidden, train.classes];
  const layers: Module[] = [];
  for (let i = 1; i < widths.length; i++) {
    if (i > 1) layers.push(activation === "sigmoid" ? new Sigmoid() : new ReLU());
    if (i > 1 && dropout) layers.push(new Dropout(dropout, { random: masks }));
    layers.push(new Linear(widths[i - 1]!, widths[i]!, { random, init, biasInit, dtype }));
  }
  if (loss === "quadratic") layers.push(new Sigmoid());
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
      loss: lossOf(experiment),
      optimizer: new SGD(model.parameters(), { learningRate, weightDecay, decayBiases }),
      train: new DataLoader(train, { batchSize, dtype, shuffle: random }),
      validation: new DataLoader(validation, { batchSize: EVALUATION_BATCH, dtype }),
    },
  };
}

function lossOf({ loss, epsilon, gradientScale }: MlpExperiment): Loss {
  if (loss === "quadratic") return new QuadraticLoss();
  if (loss === "binaryCrossEntropy") return new BinaryCrossEntropyLoss();
  return new CrossEntropyLoss({ epsilon, gradientScale });
}
