/* Trainings of multilayer perceptrons as plain data, and many of them side by side. */
export type { ExperimentData, MlpExperiment } from "./MlpExperiment";
export { type Prepared, prepareExperiment } from "./prepareExperiment";
export { type RunExperimentsOptions, runExperiments } from "./runExperiments";
export type { ExperimentResult } from "./trainExperiment";
