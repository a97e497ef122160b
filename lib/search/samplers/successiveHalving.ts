import { checkCounts, checkOptions, inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import { pow } from "../../tensor/accurateMath";
import type { Params, Space } from "../space";
import { byValue, type Trial } from "../Trial";
import { type AnySampler, checkSampler, type SamplerContext } from "./Sampler";

/** How many candidates `successiveHalving` begins with, and how it thins them out. */
export interface SuccessiveHalvingOptions {
  /** Proposes the candidates. */
  readonly sampler: AnySampler;
  /** How many begin. */
  readonly candidates: number;
  /** What a trial may spend on each rung, rising: `[1, 3, 9]` epochs. */
  readonly budgets: readonly number[];
  /** One of so many candidates of a rung goes on to the next, at least one (default: 3). */
  readonly eta?: number;
}

/**
 * Pruning: many candidates get a small budget, the best of them a greater one, and so on. Jamieson & Talwalkar,
 * Non-stochastic best arm identification, 2016; Li et al., Hyperband, 2017 (one bracket of it), in synchronous rungs: a
 * rung begins when the one before is finished, and so the result does not depend on the number of workers.
 *
 * Every rung is trials of its own: first `candidates` of them, then ⌊candidates / eta⌋, …, each with a `budget` that
 * the objective is told and has to keep to. A budget counts the whole training of one trial: what a candidate gets on
 * the last rung is `budgets.at(-1)`, and it starts again on every rung (the objective may keep and load checkpoints by
 * the params). The study costs the sum of the budgets of its trials. Its best trial is one of the last rung.
 * @throws ArgumentError for options out of their domain.
 */
export function successiveHalving(options: SuccessiveHalvingOptions): AnySampler {
  checkOptions("successiveHalving", options, ["sampler", "candidates", "budgets", "eta"]);
  const { sampler, candidates, budgets, eta = 3 } = options;
  checkSampler("successiveHalving", sampler);
  checkDomains(candidates, budgets, eta);
  const sizes = budgets.map((_, rung) => Math.max(1, Math.floor(candidates / pow(eta, rung))));
  const starts = budgets.map((_, rung) => sizes.slice(0, rung).reduce((sum, size) => sum + size, 0));
  const rungOf = (number: number): number => starts.filter((start) => start <= number).length - 1;
  return {
    name: "successiveHalving",
    options: { candidates, budgets, eta, sampler: { name: sampler.name, ...sampler.options } },
    knows: (number) => (rungOf(number) === 0 ? (sampler.knows?.(number) ?? 0) : starts[rungOf(number)]!),
    count(space) {
      const most = sampler.count?.(space) ?? candidates;
      if (most >= candidates) return sizes.reduce((sum, size) => sum + size, 0);
      throw new ArgumentError(
        "successiveHalving",
        `${sampler.name} has ${most} candidates, got ${candidates}`,
      );
    },
    budget: (number) => budgets[rungOf(number)]!,
    propose<S extends Space>(
      number: number,
      finished: readonly Trial<S>[],
      context: SamplerContext<S>,
    ): Params<S> {
      const rung = rungOf(number);
      if (rung === 0) return sampler.propose(number, finished, context);
      const before = finished.slice(starts[rung - 1], starts[rung]);
      return before.sort(byValue(context.direction))[number - starts[rung]!]!.params;
    },
  };
}

function checkDomains(candidates: number, budgets: readonly number[], eta: number): void {
  const refuse = (problem: string): never => {
    throw new ArgumentError("successiveHalving", problem);
  };
  checkCounts("successiveHalving", { candidates });
  if (!Array.isArray(budgets)) refuse(`budgets must be a list of numbers > 0, got ${inWords(budgets)}`);
  const rising = budgets.every((budget, i) => Number.isFinite(budget) && budget > (budgets[i - 1] ?? 0));
  if (!rising || budgets.length === 0) {
    refuse(`budgets must be one or more numbers > 0, rising, got [${budgets.join(", ")}]`);
  }
  if (!(eta > 1 && Number.isFinite(eta))) refuse(`eta must be > 1, got ${eta}`);
}
