/* Searches for good hyperparameters: spaces, samplers, studies and what they keep on disk. */
export type { Plain } from "../plain";
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
export { type ExperimentObjectiveOptions, experimentObjective } from "./experimentObjective";
export { Study, type StudyOptions } from "./Study";
export { type BayesianOptions, bayesian } from "./samplers/bayesian/bayesian";
export { grid } from "./samplers/grid";
export { random } from "./samplers/random";
export type { AnySampler, Sampler, SamplerContext } from "./samplers/Sampler";
export { type SuccessiveHalvingOptions, successiveHalving } from "./samplers/successiveHalving";
export type { Params, Space, ValueOf } from "./space";
export { studyRows } from "./studyRows";
export type { Direction, Objective, OpenTrial, Outcome, Trial } from "./Trial";
