import { DataLoader } from "../../datasets/DataLoader";
import { Dropout } from "../../layers/Dropout";
import { Embedding } from "../../layers/Embedding";
import { Linear } from "../../layers/Linear";
import { LSTM } from "../../layers/LSTM";
import type { Parameter } from "../../layers/Parameter";
import { Sequential } from "../../layers/Sequential";
import { BinaryCrossEntropyLoss } from "../../losses/BinaryCrossEntropyLoss";
import { Adam } from "../../optim/Adam";
import type { Optimizer } from "../../optim/Optimizer";
import { RMSprop } from "../../optim/RMSprop";
import { historyOutcome, type ObjectiveContext } from "../../search/objective";
import type { OpenTrial, Outcome } from "../../search/Trial";
import { RandomState } from "../../tensor/RandomState";
import { fit } from "../../train/fit";

/** The size of the homework's LSTM and of its training, which all trials share. */
export type LadderNetwork = {
  /** Tokens from here on are unknown words. */
  readonly dictSize: number;
  /** Numbers a word. */
  readonly embeddingLength: number;
  /** Units of the LSTM. */
  readonly units: number;
  /** Reviews a step. */
  readonly batchSize: number;
  /** Passes over the reviews. */
  readonly epochs: number;
};

/** What the homework did not publish of its recurrent networks, and the seed. */
export type LadderSetting = {
  readonly seed: number;
  readonly maskZero: boolean;
  readonly recurrentActivation: "sigmoid" | "hardSigmoid";
  readonly dropout: number;
  readonly optimizer: "Adam" | "RMSprop";
};

/** With Keras's constants. */
const OPTIMIZERS: Readonly<Record<LadderSetting["optimizer"], (parameters: Parameter[]) => Optimizer>> = {
  Adam: (parameters) => new Adam(parameters, { epsilon: 1e-7 }),
  RMSprop: (parameters) => new RMSprop(parameters, { learningRate: 0.001, alpha: 0.9, epsilon: 1e-7 }),
};

/**
 * Trains the homework's LSTM in the setting of the trial on the data `train`, and looks at `test` after every epoch, as
 * the homework did. The value is the best of these accuracies. One stream draws the weights, then the order and the
 * dropout.
 */
export async function reviewObjective(
  trial: Pick<OpenTrial, "params" | "report">,
  { options, data }: ObjectiveContext,
): Promise<Outcome> {
  const { dictSize, embeddingLength, units, batchSize, epochs } = options as LadderNetwork;
  const setting = trial.params as LadderSetting;
  const { maskZero, recurrentActivation, dropout } = setting;
  const random = new RandomState(setting.seed);
  const model = new Sequential([
    new Embedding(dictSize, embeddingLength, { random, maskZero }),
    ...(dropout > 0 ? [new Dropout(dropout, { random })] : []),
    new LSTM(embeddingLength, units, { random, recurrentActivation }),
    new Linear(units, 1, { random, init: "xavierUniform" }),
  ]);
  const history = await fit(model, {
    loss: new BinaryCrossEntropyLoss(),
    optimizer: OPTIMIZERS[setting.optimizer](model.parameters()),
    train: new DataLoader(data.train, { batchSize, shuffle: random }),
    validation: new DataLoader(data.test, { batchSize: 250 }),
    epochs,
    onEpoch: ({ epoch, validationAccuracy }) => trial.report(epoch, validationAccuracy),
  });
  return historyOutcome(history, ({ validationAccuracy }) => Math.max(...validationAccuracy));
}
