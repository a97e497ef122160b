/* Searches for good hyperparameters: spaces, samplers, studies, where they run and what they keep on disk. */
export type { Plain } from "../plain";
export type { Datasets } from "../workers/Task";
export {
  type Choice,
  choice,
  type Dimension,
  type Integer,
  integer,
  type LogInteger,
  type LogUniform,
  logInteger,
  logUniform,
  type Uniform,
  uniform,
} from "./dimension";
export type { JournalHeader } from "./journal/Journal";
export type {
  AnyObjective,
  ExperimentObjective,
  Objective,
  ObjectiveContext,
  ObjectiveModule,
} from "./objective";
export type { DatasetOrSource, DatasetSource } from "./objectiveData";
export { type Judged, TrialFailed } from "./outcome";
export type { OpenPlace, Place, PlacedWork } from "./Place";
export { processors } from "./processors";
export { type QueueOptions, queue } from "./queue/queue";
export type { WorkerRow } from "./queue/WorkerRow";
export { type RunOptions, Study, type StudyOptions, type StudyReport } from "./Study";
export { type BayesianOptions, bayesian } from "./samplers/bayesian/bayesian";
export { grid } from "./samplers/grid";
export { random } from "./samplers/random";
export type { AnySampler, Sampler, SamplerContext } from "./samplers/Sampler";
export { type SuccessiveHalvingOptions, successiveHalving } from "./samplers/successiveHalving";
export { type SeedSpace, type SeedStudyOptions, seedStudy } from "./seedStudy";
export type { Params, Space, ValueOf } from "./space";
export { studyRows } from "./studyRows";
export type { Direction, OpenTrial, Outcome, Trial } from "./Trial";
