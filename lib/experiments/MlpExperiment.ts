import type { Dataset } from "../datasets/Dataset";
import type { DType } from "../kernels/Kernels";
import type { Init } from "../layers/init";

/**
 * A training of a multilayer perceptron, a network of fully connected layers, said in numbers and words: it can be
 * sent to another thread.
 */
export interface MlpExperiment {
  readonly name: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Behind each hidden layer; `relu` if not given. */
  readonly activation?: "relu" | "sigmoid";
  /** The share of the hidden units that is left out while learning; 0 if not given. The masks have their own stream. */
  readonly dropout?: number;
  /**
   * `crossEntropy`, behind a softmax, if not given; `binaryCrossEntropy` is behind a sigmoid; `quadratic` compares
   * the results of a sigmoid that ends the network.
   */
  readonly loss?: "crossEntropy" | "binaryCrossEntropy" | "quadratic";
  /** Of the network and its inputs; `float32` if not given. */
  readonly dtype?: DType;
  readonly init: Init;
  readonly biasInit: Init;
  /** η₀, α and T of ηₜ = η₀ · α^⌊t/T⌋. */
  readonly learningRate: number;
  readonly decay: number;
  readonly decayEvery: number;
  readonly weightDecay: number;
  readonly decayBiases: boolean;
  /** ε in the reported loss −log(p + ε), and the factor on the gradient; for `crossEntropy` only, see `CrossEntropyLoss`. */
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
