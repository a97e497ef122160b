import { checkLists, checkOptions, inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import type { DType } from "../../kernels/Kernels";
import { Linear } from "../../layers/Linear";
import type { Module } from "../../layers/Module";
import { ReLU } from "../../layers/ReLU";
import { Sequential } from "../../layers/Sequential";
import { CrossEntropyLoss } from "../../losses/CrossEntropyLoss";
import { SGD } from "../../optim/SGD";
import type { RandomState } from "../../tensor/RandomState";
import { PIXELS } from "./settings";

/** What `buildNetwork` makes a network of. */
export interface NetworkOptions {
  /** Units of each hidden layer; the project has one, and speaks of two and three. */
  readonly hidden: readonly number[];
  /** Units of the last layer. */
  readonly outputs: number;
  /** η of every step. */
  readonly learningRate: number;
  /** λ of the weights; biases do not decay. */
  readonly weightDecay: number;
  /** The stream of the first weights: W₁, then W₂, row after row. */
  readonly random: RandomState;
  /** Makes what follows each hidden layer (default: a ReLU). */
  readonly activation?: () => Module;
  /** The dtype of the weights (default: `float64`, as the project). */
  readonly dtype?: DType;
}

/** A network, and what it learns with. */
export interface Network {
  /** Linear layers with an activation between them. */
  readonly model: Sequential;
  /** The cross-entropy with −log(p + 10⁻⁷). */
  readonly loss: CrossEntropyLoss;
  /** Plain gradient descent. */
  readonly optimizer: SGD;
  /** λ, for the penalty in the reported loss. */
  readonly weightDecay: number;
  /** The dtype of the weights. */
  readonly dtype: DType;
}

const NAMES = ["hidden", "outputs", "learningRate", "weightDecay", "random", "activation", "dtype"];

/**
 * The project's network: weights from N(0, 2 / fan-in), biases 0, softmax and cross-entropy with
 * −log(p + 10⁻⁷), plain gradient descent; weights decay, biases do not.
 * @throws ArgumentError for options out of their domain.
 */
export function buildNetwork(options: NetworkOptions): Network {
  checkOptions("buildNetwork", options, NAMES);
  checkLists("buildNetwork", { hidden: options.hidden });
  const { outputs, random, activation = () => new ReLU(), dtype = "float64" } = options;
  if (typeof activation !== "function")
    throw new ArgumentError("buildNetwork", `activation must be a function, got ${inWords(activation)}`);
  const hidden = Array.from(options.hidden);
  const { learningRate, weightDecay } = options;
  const widths = [PIXELS, ...hidden];
  const layers = hidden.flatMap((units, i) => [
    new Linear(widths[i]!, units, { random, dtype }),
    activation(),
  ]);
  const model = new Sequential([...layers, new Linear(widths.at(-1)!, outputs, { random, dtype })]);
  return {
    model,
    loss: new CrossEntropyLoss({ epsilon: 1e-7 }),
    optimizer: new SGD(model.parameters(), { learningRate, weightDecay }),
    weightDecay,
    dtype,
  };
}

/** @throws ArgumentError from `where` unless it is what `buildNetwork` makes. */
export function checkNetwork(where: string, network: Network): void {
  if (network?.model instanceof Sequential) return;
  throw new ArgumentError(where, `network must be of buildNetwork, got ${inWords(network)}`);
}
