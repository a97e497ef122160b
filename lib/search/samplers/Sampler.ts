import { inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import type { Plain } from "../../plain";
import type { Params, Space } from "../space";
import type { Direction, Trial } from "../Trial";

/** What a sampler proposes for. */
export interface SamplerContext<S extends Space = Space> {
  /** What is searched. */
  readonly space: S;
  /** Whether large values are good, or small ones. */
  readonly direction: Direction;
}

/**
 * Decides the params of every trial. A proposal is a function of the trial's number, of what the sampler was made
 * from, and of the results of the first `knows(number)` trials, and of nothing else: so neither the number of workers
 * nor the order in which trials end can change it, and a study that was stopped goes on as if it had not been.
 */
export interface Sampler<S extends Space = Space> {
  /** Stands in the journal. */
  readonly name: string;
  /** All that decides its proposals, seeds included: written into the journal and compared. */
  readonly options: Readonly<Record<string, Plain>>;
  /** How many trials, counted from the first, must be finished before this one is proposed (default: none). */
  knows?(number: number): number;
  /** How many trials it can propose (default: any number). */
  count?(space: S): number;
  /** How much the objective is to spend on the trial, if the sampler decides that too. */
  budget?(number: number): number;
  /** The params of a trial. @param finished the first `knows(number)` trials, in order. */
  propose(number: number, finished: readonly Trial<S>[], context: SamplerContext<S>): Params<S>;
}

/** A sampler that can work with any space. */
export interface AnySampler {
  /** Stands in the journal. */
  readonly name: string;
  /** All that decides its proposals, as plain data. */
  readonly options: Readonly<Record<string, Plain>>;
  /** As `Sampler.knows`. */
  knows?(number: number): number;
  /** As `Sampler.count`. */
  count?<S extends Space>(space: S): number;
  /** As `Sampler.budget`. */
  budget?(number: number): number;
  /** As `Sampler.propose`. */
  propose<S extends Space>(
    number: number,
    finished: readonly Trial<S>[],
    context: SamplerContext<S>,
  ): Params<S>;
}

/** @throws ArgumentError from `where` unless it has what a sampler must have. */
export function checkSampler<S extends Space>(where: string, sampler: Sampler<S> | AnySampler): void {
  const { name, options, propose } = (sampler ?? {}) as Partial<AnySampler>;
  if (typeof name === "string" && typeof options === "object" && typeof propose === "function") return;
  const kinds = "one that random({ seed: 1 }), grid, bayesian or successiveHalving makes";
  throw new ArgumentError(where, `sampler must be ${kinds}, got ${inWords(sampler)}`);
}
