import { pow } from "../../tensor/accurateMath";
import { checkRandom, type RandomState } from "../../tensor/RandomState";

/** What a trial of the search chooses. A type, so that it is a point of `space` too. */
export type Hyperparameters = {
  /** λ of the ½ λ ‖W‖² in the loss, for both weight matrices; biases do not decay. */
  readonly weightDecay: number;
  readonly learningRate: number;
  /** Units of the hidden layer. */
  readonly hidden: number;
};

/** The next choice of the stream: 10^U(−7, −4), U(0.15, 0.25), and a whole number from 200 to 299. @throws ArgumentError without a stream. */
export function drawHyperparameters(random: RandomState): Hyperparameters {
  checkRandom("drawHyperparameters", random);
  const weightDecay = pow(10, random.uniform(-7, -4));
  const learningRate = random.uniform(0.15, 0.25);
  const hidden = random.randint(200, 300);
  return { weightDecay, learningRate, hidden };
}
