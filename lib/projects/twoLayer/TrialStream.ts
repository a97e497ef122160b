import { inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import { RandomState } from "../../tensor/RandomState";
import { drawHyperparameters, type Hyperparameters } from "./hyperparameters";
import { checkSettings, PIXELS, stepsPerEpoch, type TwoLayerSettings } from "./settings";

/**
 * The project's stream of random numbers, and where in it each trial begins. In order it gives: the permutation of
 * the samples; then, for each trial, weight decay, learning rate, hidden units, the normals of W₁ and of W₂, and the
 * samples of every batch.
 *
 * What a trial draws follows from its number of hidden units alone, so the stream finds the place of a later one
 * by drawing on, without training. Places are kept: trial n + 1 is found from trial n.
 */
export class TrialStream {
  /** The order of the samples: sample `order[i]` comes i-th. */
  readonly order: Int32Array;
  /** What every trial has in common. */
  readonly settings: TwoLayerSettings;
  readonly #places: RandomState[];

  constructor(settings: TwoLayerSettings) {
    checkSettings("TrialStream", settings);
    const random = new RandomState(settings.seed);
    this.settings = settings;
    this.order = random.permutation(settings.samples);
    this.#places = [random];
  }

  /**
   * A stream that stands where trial `number` begins; where the search is over, for the number of trials.
   * @throws ArgumentError unless number is 0 … trials.
   */
  at(number: number): RandomState {
    const { trials } = this.settings;
    if (!(Number.isInteger(number) && number >= 0 && number <= trials)) {
      throw new ArgumentError("TrialStream.at", `number must be 0 to ${trials}, got ${number}`);
    }
    while (this.#places.length <= number) this.#places.push(this.after(this.#places.at(-1)!));
    return this.#places[number]!.clone();
  }

  /** What trial `number` chooses. @throws ArgumentError as `at`. */
  hyperparameters(number: number): Hyperparameters {
    return drawHyperparameters(this.at(number));
  }

  private after(place: RandomState): RandomState {
    const { samples, validation, epochs, batchSize, outputs } = this.settings;
    const random = place.clone();
    const { hidden } = drawHyperparameters(random);
    const train = samples - validation;
    random.skipNormals(PIXELS * hidden);
    random.skipNormals(hidden * outputs);
    random.skipRandint(0, train, epochs * stepsPerEpoch(train, batchSize) * batchSize);
    return random;
  }
}

/** @throws ArgumentError from `where` unless it is a stream of trials. */
export function checkStream(where: string, stream: unknown): asserts stream is TrialStream {
  if (stream instanceof TrialStream) return;
  throw new ArgumentError(where, `stream must be a TrialStream, got ${inWords(stream)}`);
}
