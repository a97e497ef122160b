import { checkOptions } from "../../checks";
import { ScratchError } from "../../errors";
import { evaluate } from "../../train/evaluate";
import type { FitOptions } from "../../train/FitOptions";
import { fit } from "../../train/fit";
import { buildNetwork } from "./buildNetwork";
import { drawHyperparameters } from "./hyperparameters";
import { evaluationBatches, type SearchData, trainingBatches } from "./loaders";
import { checkStream, type TrialStream } from "./TrialStream";

/** How a trial ended. A type, so that a journal can hold it. */
export type TrialResult = {
  /** Share of the validation samples that were classified right. */
  readonly value: number;
  readonly metrics: {
    /** How many that are. */
    readonly correct: number;
    /** Cross-entropy of the validation samples, without the penalty on the weights. */
    readonly loss: number;
  };
};

/**
 * Trains the network of trial `number` from where the stream gives it its place, and judges it: a function of the
 * number, the stream's settings and the data alone.
 * @param options.epochs fewer, or more, than the settings say, to look at a part of a trial.
 * @throws DivergenceError if the loss diverges; ScratchError if an interrupt stopped the training.
 */
export async function trainTrial(
  number: number,
  stream: TrialStream,
  data: SearchData,
  options: Pick<FitOptions, "onStep" | "onEpoch"> & { readonly epochs?: number } = {},
): Promise<TrialResult> {
  checkStream("trainTrial", stream);
  checkOptions("trainTrial", options, ["epochs", "onStep", "onEpoch"]);
  checkOptions("trainTrial", data, ["train", "validation"]);
  const { settings } = stream;
  const { epochs = settings.epochs, ...callbacks } = options;
  const random = stream.at(number);
  const { hidden, learningRate, weightDecay } = drawHyperparameters(random);
  const { outputs } = settings;
  const { model, loss, optimizer } = buildNetwork({
    hidden: [hidden],
    outputs,
    learningRate,
    weightDecay,
    random,
  });
  const train = trainingBatches(data.train, random, settings);
  const { interrupted } = await fit(model, { loss, optimizer, train, epochs, ...callbacks });
  if (interrupted) throw new ScratchError("trainTrial", `trial ${number} was stopped before its last epoch`);
  const judged = evaluate(model, loss, evaluationBatches(data.validation));
  const correct = Math.round(judged.accuracy * data.validation.count);
  return { value: judged.accuracy, metrics: { correct, loss: judged.loss } };
}
