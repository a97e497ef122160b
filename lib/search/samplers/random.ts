import { checkOptions } from "../../checks";
import { RandomState } from "../../tensor/RandomState";
import { type Params, pointAt, type Space } from "../space";
import type { AnySampler } from "./Sampler";

/**
 * Random search: every trial is drawn from the whole space, whatever the others gave.
 * Bergstra & Bengio, Random search for hyper-parameter optimization, JMLR 2012.
 * @throws ArgumentError unless the seed is a whole number in [0, 2^32).
 */
export function random(options: { readonly seed: number }): AnySampler {
  checkOptions("random", options, ["seed"]);
  const { seed } = options;
  new RandomState(seed);
  return {
    name: "random",
    options: { seed },
    propose: (number, _, { space }) => drawPoint(space, new RandomState([seed, number])),
  };
}

/** A point of the space, one uniform a dimension in their order. */
export function drawPoint<S extends Space>(space: S, stream: RandomState): Params<S> {
  return pointAt(space, stream.randomSample(Object.keys(space).length));
}
