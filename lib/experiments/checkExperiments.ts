import { checkOptions, inWords } from "../checks";
import { checkDataset, sampleSize } from "../datasets/Dataset";
import { ArgumentError, ScratchError, ShapeError } from "../errors";
import { Dropout } from "../layers/Dropout";
import { Linear } from "../layers/Linear";
import { CrossEntropyLoss } from "../losses/CrossEntropyLoss";
import { ExponentialScheduler } from "../optim/ExponentialScheduler";
import { SGD } from "../optim/SGD";
import { RandomState } from "../tensor/RandomState";
import type { ExperimentData, MlpExperiment } from "./MlpExperiment";

/**
 * Checks trainings and what they learn from, without making a model.
 * @throws ArgumentError that names the experiment and the value out of its domain; ArgumentError or ShapeError if a
 * dataset is empty or wrong in itself, or if the two do not fit together.
 */
export function checkExperiments(
  where: string,
  experiments: readonly MlpExperiment[],
  data: ExperimentData,
): void {
  if (!Array.isArray(experiments)) {
    throw new ArgumentError(where, `experiments must be a list, got ${inWords(experiments)}`);
  }
  for (const experiment of experiments) checkExperiment(experiment, where);
  checkData(data, where);
}

const NAMES: { readonly [Name in keyof Required<MlpExperiment>]: true } = {
  name: true,
  hidden: true,
  activation: true,
  dropout: true,
  loss: true,
  dtype: true,
  init: true,
  biasInit: true,
  learningRate: true,
  decay: true,
  decayEvery: true,
  weightDecay: true,
  decayBiases: true,
  epsilon: true,
  gradientScale: true,
  batchSize: true,
  epochs: true,
  seed: true,
};

function checkExperiment(experiment: MlpExperiment, where: string): void {
  checkOptions(
    `${where}, experiment ${inWords((experiment as Partial<MlpExperiment> | null)?.name)}`,
    experiment,
    Object.keys(NAMES),
  );
  const { name, hidden, batchSize, epochs } = experiment;
  const refuse = (problem: string): never => {
    throw new ArgumentError(where, `experiment ${name}: ${problem}`);
  };
  const list = Array.isArray(hidden) ? `[${hidden.join(", ")}]` : inWords(hidden);
  if (
    !Array.isArray(hidden) ||
    hidden.length === 0 ||
    !hidden.every((units) => Number.isInteger(units) && units > 0)
  ) {
    refuse(`hidden must be one or more whole numbers > 0, got ${list}`);
  }
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    refuse(`batchSize must be a whole number > 0, got ${batchSize}`);
  }
  if (!(Number.isInteger(epochs) && epochs >= 0)) {
    refuse(`epochs must be a whole number ≥ 0, got ${epochs}`);
  }
  checkChoice("activation", experiment.activation, ["relu", "sigmoid"], refuse);
  checkChoice("loss", experiment.loss, ["crossEntropy", "binaryCrossEntropy", "quadratic"], refuse);
  checkChoice("dtype", experiment.dtype, ["float32", "float64"], refuse);
  try {
    checkParts(experiment);
  } catch (error) {
    if (error instanceof ScratchError) refuse(error.message);
    throw error;
  }
}

function checkChoice(
  name: string,
  value: string | undefined,
  choices: readonly string[],
  refuse: (problem: string) => never,
): void {
  if (value === undefined || choices.includes(value)) return;
  refuse(`${name} must be one of ${choices.join(", ")}, got ${value}`);
}

/** Makes the parts that check their own arguments, as small as they can be. */
function checkParts(experiment: MlpExperiment): void {
  const {
    seed,
    dropout = 0,
    init,
    biasInit,
    learningRate,
    decay,
    decayEvery,
    weightDecay,
    epsilon,
    gradientScale,
  } = experiment;
  const random = new RandomState(seed);
  const layer = new Linear(1, 1, { random, init, biasInit });
  new Dropout(dropout, { random });
  const scheduler = new ExponentialScheduler({ initial: learningRate, decay, every: decayEvery });
  new SGD(layer.parameters(), { learningRate: scheduler, weightDecay });
  new CrossEntropyLoss({ epsilon, gradientScale });
}

function checkData(data: ExperimentData, where: string): void {
  checkOptions(`${where}, data`, data, ["train", "validation"]);
  const { train, validation } = data;
  for (const [name, dataset] of Object.entries({ train, validation })) {
    checkDataset(dataset, `${where}, ${name}`);
    if (dataset.count === 0) throw new ArgumentError(where, `${name} must have at least one sample, got 0`);
  }
  if (sampleSize(validation) !== sampleSize(train)) {
    const [wanted, got] = [train, validation].map(({ sampleShape }) => `[${sampleShape.join(", ")}]`);
    throw new ShapeError(where, `samples of validation must be ${wanted}, as those of train, got ${got}`);
  }
  if (validation.classes !== train.classes) {
    throw new ArgumentError(
      where,
      `validation must have ${train.classes} classes, as train has, got ${validation.classes}`,
    );
  }
}
