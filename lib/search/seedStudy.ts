import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { checkExperiments } from "../experiments/checkExperiments";
import type { ExperimentData, MlpExperiment } from "../experiments/MlpExperiment";
import { packageFile } from "../platform/paths";
import { type Choice, choice } from "./dimension";
import { Study, type StudyOptions } from "./Study";
import { grid } from "./samplers/grid";
import type { SeedOptions } from "./seedObjective";

/** What a trial of a seed study is. */
export type SeedSpace = {
  /** What the training's random stream begins with. */
  readonly seed: Choice<number>;
  /** The name of the experiment. */
  readonly experiment: Choice<string>;
};

/** Which trainings a seed study repeats, and where it keeps them. */
export interface SeedStudyOptions
  extends Pick<StudyOptions<SeedSpace>, "on" | "journal" | "signal" | "onTrial" | "onReport" | "onWarning"> {
  /** Stands in the journal. */
  readonly name: string;
  /** What is repeated; each has a name of its own, and its own seed is not used. */
  readonly experiments: readonly MlpExperiment[];
  /** The seeds that each is trained with. */
  readonly seeds: readonly number[];
  /** What the experiments learn from, and what they are judged by. */
  readonly data: ExperimentData;
}

const NAMES = [
  "name",
  "experiments",
  "seeds",
  "data",
  "on",
  "journal",
  "signal",
  "onTrial",
  "onReport",
  "onWarning",
];

/**
 * A study of what the seed decides: every experiment is trained with every seed, on this machine's processors, and a
 * trial keeps its curves and its confusion matrix (`metrics.counts`). With a journal it goes on where it was stopped,
 * and trains nothing twice.
 * @throws ArgumentError or ShapeError for experiments, seeds or data out of their domain; else as `Study`.
 */
export function seedStudy(options: SeedStudyOptions): Study<SeedSpace> {
  checkOptions("seedStudy", options, NAMES);
  const { experiments, seeds, data, ...rest } = options;
  checkExperiments("seedStudy", experiments, data);
  if (experiments.length === 0)
    throw new ArgumentError("seedStudy", "experiments must be one or more, got none");
  const names = experiments.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new ArgumentError("seedStudy", `experiments must have names of their own, got ${names.join(", ")}`);
  }
  if (!Array.isArray(seeds) || !seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) {
    throw new ArgumentError("seedStudy", `seeds must be a list of whole numbers ≥ 0, got ${inWords(seeds)}`);
  }
  const byName: SeedOptions = {
    experiments: Object.fromEntries(
      experiments.map(({ name, seed: _, ...experiment }) => [name, experiment]),
    ),
  };
  return new Study({
    space: { seed: choice(seeds), experiment: choice(names) },
    sampler: grid({ points: 2 }),
    objective: {
      file: packageFile("search/seedObjective.js"),
      export: "seedObjective",
      options: JSON.parse(JSON.stringify(byName)),
      data: { ...data },
    },
    direction: "maximize",
    ...rest,
  });
}
