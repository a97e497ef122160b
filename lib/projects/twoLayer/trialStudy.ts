import { checkOptions, checkPath } from "../../checks";
import { packageFile, projectPath } from "../../platform/paths";
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
import type { SearchData } from "./loaders";
import type { TwoLayerSettings } from "./settings";
import { checkStream, TrialStream } from "./TrialStream";

/** What a trial chooses from. */
export type TrialSpace = {
  readonly weightDecay: LogUniform;
  readonly learningRate: Uniform;
  readonly hidden: Integer;
};

/** What the trials are drawn from, as a space of a `Study`. */
export const trialSpace: TrialSpace = {
  weightDecay: logUniform(1e-7, 1e-4),
  learningRate: uniform(0.15, 0.25),
  hidden: integer(200, 299),
};

/** Random search, drawn from the stream that the trials before have trained from as well. */
export function streamSampler(stream: TrialStream): Sampler<TrialSpace> {
  checkStream("streamSampler", stream);
  return {
    name: "two-layer stream",
    options: { ...stream.settings },
    count: () => stream.settings.trials,
    propose: (number) => stream.hyperparameters(number),
  };
}

/** What the trials have in common, and where the study keeps them. */
export interface TrialStudyOptions
  extends Pick<StudyOptions<TrialSpace>, "on" | "journal" | "signal" | "onTrial" | "onReport" | "onWarning"> {
  /** What every trial has in common. */
  readonly settings: TwoLayerSettings;
  /** What the trials learn from and are judged by. */
  readonly data: SearchData;
}

const NAMES = ["settings", "data", "on", "journal", "signal", "onTrial", "onReport", "onWarning"];

/**
 * The project's search as a study: its trials train on this machine's processors, in any order, and give the same
 * results as one after the other. A relative path of the journal counts from the project's top folder. Each trial
 * reports the training loss of its epochs.
 * @throws as `Study`.
 */
export function trialStudy(options: TrialStudyOptions): Study<TrialSpace> {
  checkOptions("trialStudy", options, NAMES);
  const { settings, data, journal, ...rest } = options;
  if (journal !== undefined) checkPath("trialStudy", journal, "journal");
  return new Study({
    name: "two-layer",
    space: trialSpace,
    sampler: streamSampler(new TrialStream(settings)),
    objective: {
      file: packageFile("projects/twoLayer/trialTask.js"),
      export: "trialObjective",
      options: { ...settings },
      data: { ...data },
    },
    direction: "maximize",
    ...rest,
    ...(journal !== undefined && { journal: projectPath(journal) }),
  });
}
