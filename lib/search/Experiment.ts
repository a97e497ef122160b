import { DataLoader } from "../datasets/DataLoader";
import { type Dataset, sampleSize, take } from "../datasets/Dataset";
import { ArgumentError } from "../errors";
import type { Init } from "../layers/init";
import { Linear } from "../layers/Linear";
import type { Module } from "../layers/Module";
import { ReLU } from "../layers/ReLU";
import { Sequential } from "../layers/Sequential";
import { CrossEntropyLoss } from "../losses/CrossEntropyLoss";
import { ExponentialScheduler } from "../optim/ExponentialScheduler";
import { SGD } from "../optim/SGD";
import { RandomState } from "../tensor/RandomState";
import type { FitOptions } from "../train/fit";

/** A training of a fully connected network with ReLUs, said in numbers and words: it can be sent to another thread. */
export interface Experiment {
  readonly name: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly init: Init;
  readonly biasInit: Init;
  /** η₀, α and T of ηₜ = η₀ · α^⌊t/T⌋. */
  readonly learningRate: number;
  readonly decay: number;
  readonly decayEvery: number;
  readonly weightDecay: number;
  readonly decayBiases: boolean;
  /** ε in the reported loss −log(p + ε), and the factor on the gradient; see `CrossEntropyLoss`. */
  readonly epsilon: number;
  readonly gradientScale: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Of the one stream that gives the first weights and then the order of the samples. */
  readonly seed: number;
  /** The first so many samples of the training and of the test data are used. */
  readonly trainSamples: number;
  readonly testSamples: number;
}

/** Samples of an evaluation at a time: enough to keep the kernels busy, little enough to stay in the cache. */
const EVALUATION_BATCH = 500;

/** A model and all that its training needs. */
export interface Prepared {
  readonly model: Module;
  readonly options: FitOptions;
}

/** Builds what an experiment describes, on the given data. @throws ArgumentError for a seed or a value out of its domain. */
export function prepare(
  experiment: Experiment,
  data: { readonly train: Dataset; readonly test: Dataset },
): Prepared {
  const { hidden, init, biasInit, epsilon, gradientScale, weightDecay, decayBiases, batchSize, epochs } =
    experiment;
  if (hidden.length === 0)
    throw new ArgumentError("prepare", `experiment ${experiment.name} has no hidden layer`);
  const trainSet = take(data.train, experiment.trainSamples);
  const testSet = take(data.test, experiment.testSamples);
  const random = new RandomState(experiment.seed);
  const widths = [sampleSize(trainSet), ...hidden, trainSet.classes];
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
      train: new DataLoader(trainSet, { batchSize, shuffle: random }),
      validation: new DataLoader(testSet, { batchSize: EVALUATION_BATCH }),
    },
  };
}
