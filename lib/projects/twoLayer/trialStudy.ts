import { projectPath } from "../../platform/paths";
import {
  type Integer,
  integer,
  type LogUniform,
  logUniform,
  type Uniform,
  uniform,
} from "../../search/dimension";
import { Study, type StudyOptions } from "../../search/Study";
import type { Sampler } from "../../search/samplers/Sampler";
import type { TrialPool } from "./TrialPool";
import { TrialStream } from "./TrialStream";

/** What a trial chooses from. */
export type TrialSpace = {
  readonly weightDecay: LogUniform;
  readonly learningRate: Uniform;
  readonly hidden: Integer;
};

export const trialSpace: TrialSpace = {
  weightDecay: logUniform(1e-7, 1e-4),
  learningRate: uniform(0.15, 0.25),
  hidden: integer(200, 299),
};

/** Random search, drawn from the stream that the trials before have trained from as well. */
export function streamSampler(stream: TrialStream): Sampler<TrialSpace> {
  return {
    name: "two-layer stream",
    options: { ...stream.settings },
    count: () => stream.settings.trials,
    propose: (number) => stream.hyperparameters(number),
  };
}

/**
 * The project's search as a study: its trials train on the pool, in any order, and give the same results as one after
 * the other. A relative path of the journal counts from the project's top folder.
 * @throws as `Study`.
 */
export function trialStudy(
  pool: TrialPool,
  options: Pick<StudyOptions<TrialSpace>, "journal" | "signal" | "onTrial" | "onWarning"> = {},
): Study<TrialSpace> {
  const { journal, ...rest } = options;
  return new Study({
    name: "two-layer",
    space: trialSpace,
    sampler: streamSampler(new TrialStream(pool.settings)),
    objective: ({ number, signal }) => pool.run(number, { signal }),
    direction: "maximize",
    parallel: pool.workers,
    ...rest,
    ...(journal !== undefined && { journal: projectPath(journal) }),
  });
}
