import type { Dataset } from "../datasets/Dataset";
import type { DType } from "../kernels/Kernels";
import type { Init } from "../layers/init";

/**
 * A training of a multilayer perceptron, a network of fully connected layers, said in numbers and words: it can be
 * sent to another thread.
 */
export interface MlpExperiment {
  /** What results and errors call it. */
  readonly name: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** The activation behind each hidden layer (default: `relu`). */
  readonly activation?: "relu" | "sigmoid";
  /** The share of the hidden units that is left out while learning (default: 0). The masks have their own stream. */
  readonly dropout?: number;
  /**
   * `crossEntropy` is behind a softmax (the default); `binaryCrossEntropy` is behind a sigmoid; `quadratic` compares
   * the results of a sigmoid that ends the network.
   */
  readonly loss?: "crossEntropy" | "binaryCrossEntropy" | "quadratic";
  /** The dtype of the network and its inputs (default: `float32`). */
  readonly dtype?: DType;
  /** The initialisation of the weights. */
  readonly init: Init;
  /** The initialisation of the biases. */
  readonly biasInit: Init;
  /** η₀, α and T of ηₜ = η₀ · α^⌊t/T⌋. */
  readonly learningRate: number;
  /** α, the factor on the learning rate every T steps. */
  readonly decay: number;
  /** T, in optimiser steps. */
  readonly decayEvery: number;
  /** λ of the optimiser. */
  readonly weightDecay: number;
  /** Whether biases decay as well as weights. */
  readonly decayBiases: boolean;
  /** ε in the reported loss −log(p + ε), and the factor on the gradient; for `crossEntropy` only, see `CrossEntropyLoss`. */
  readonly epsilon: number;
  /** The factor on the gradient of `crossEntropy`; see `CrossEntropyLoss`. */
  readonly gradientScale: number;
  /** Samples a step. */
  readonly batchSize: number;
  /** How often the training goes through the data. */
  readonly epochs: number;
  /** Of the one stream that gives the first weights and then the order of the samples. */
  readonly seed: number;
}

/** What an experiment learns from, and what it is judged by after every epoch. */
export interface ExperimentData {
  /** What the network learns from. */
  readonly train: Dataset;
  /** What it is judged by after every epoch. */
  readonly validation: Dataset;
}
