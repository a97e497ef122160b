import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { ExperimentData, MlpExperiment } from "../experiments/MlpExperiment";
import { isPlain, type Plain } from "../plain";
import type { History } from "../train/History";
import { checkModuleExport, type ModuleExport } from "../workers/loadExport";
import type { Datasets } from "../workers/Task";
import { checkSource, type DatasetOrSource, isSource } from "./objectiveData";
import { type Judged, outcomeOf } from "./outcome";
import type { Space } from "./space";
import type { OpenTrial, Outcome } from "./Trial";

/** Judges the params of a trial, from nothing but them, the budget and what never changes. */
export type Objective<S extends Space = Space> = (trial: OpenTrial<S>) => Outcome | Promise<Outcome>;

/** What an objective that is a module is given beside the trial. */
export interface ObjectiveContext {
  /** The constants that the study was given for it. */
  readonly options: Plain;
  /** The datasets that the study was given for it. */
  readonly data: Datasets;
}

/**
 * An objective that every thread and machine can load: a function of the trial and an `ObjectiveContext` that a file of
 * JavaScript exports.
 */
export interface ObjectiveModule extends ModuleExport {
  /** Plain data that the function is given, and that stands in the journal: constants that decide a result. */
  readonly options?: Plain;
  /**
   * What it learns from, in memory that all threads see, or where that comes from; a module may load its data itself
   * instead.
   */
  readonly data?: Readonly<Record<string, DatasetOrSource>>;
}

/** An objective that trains an experiment. The outcome has the curves of its `History` by their names. */
export interface ExperimentObjective<S extends Space = Space> {
  /** The training that the params of a trial ask for. */
  readonly experiment: (trial: OpenTrial<S>) => MlpExperiment;
  /** What the experiments learn from and are judged by, or where that comes from. */
  readonly data: Readonly<Record<keyof ExperimentData, DatasetOrSource>>;
  /** What the training is judged by (default: the validation accuracy after its last epoch). */
  readonly value?: (history: History) => number;
}

/** What a study can judge its trials by. */
export type AnyObjective<S extends Space = Space> = Objective<S> | ObjectiveModule | ExperimentObjective<S>;

/** An objective that can leave its thread. */
export const FORMS = "{ file, export } or { experiment, data }";

export function isModule<S extends Space>(objective: AnyObjective<S>): objective is ObjectiveModule {
  return typeof objective === "object" && "file" in objective;
}

/** @throws ArgumentError from `where` that says what an objective must be; FileError if its module is not there. */
export function checkObjective<S extends Space>(where: string, objective: AnyObjective<S>): void {
  if (typeof objective === "function") return;
  if (typeof objective !== "object" || objective === null) {
    const kinds = `a function ({ params }) => ({ value }), ${FORMS}`;
    throw new ArgumentError(where, `objective must be ${kinds}, got ${inWords(objective)}`);
  }
  if (isModule(objective)) {
    checkOptions(`${where}, objective`, objective, ["file", "export", "options", "data"]);
    checkModuleExport(`${where}, objective`, objective);
    if (objective.options !== undefined && !isPlain(objective.options)) {
      throw new ArgumentError(where, "objective.options must be plain data, as JSON can hold it");
    }
    checkSources(where, objective.data);
    return;
  }
  checkOptions(`${where}, objective`, objective, ["experiment", "data", "value"]);
  if (typeof objective.experiment !== "function") {
    const problem = `objective.experiment must be a function of the trial, got ${inWords(objective.experiment)}`;
    throw new ArgumentError(where, problem);
  }
  checkSources(where, objective.data);
}

function checkSources(where: string, data: Readonly<Record<string, DatasetOrSource>> = {}): void {
  for (const [name, dataset] of Object.entries(data)) {
    if (isSource(dataset)) checkSource(`${where}, objective.data.${name}`, dataset);
  }
}

/** What a training says of the params it was made with. */
export function historyOutcome(
  history: History,
  value: ExperimentObjective["value"] = ({ last }) => last.validationAccuracy,
): Outcome {
  const { trainLoss, trainAccuracy, validationLoss, validationAccuracy } = history;
  return { value: value(history), curves: { trainLoss, trainAccuracy, validationLoss, validationAccuracy } };
}

/** What a trial keeps of a training that is over; `error` says why its loss diverged. */
export async function judgeHistory(
  number: number,
  history: History,
  error: string | undefined,
  value: ExperimentObjective["value"],
): Promise<Judged> {
  if (error !== undefined) return { value: null, error };
  return outcomeOf(`objective, trial ${number}`, () => historyOutcome(history, value));
}
