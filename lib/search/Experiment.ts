import type { Dataset } from "../datasets/Dataset";
import type { Init } from "../layers/init";

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
}

/** What an experiment learns from, and what it is judged by after every epoch. */
export interface ExperimentData {
  readonly train: Dataset;
  readonly validation: Dataset;
}
