/* Trainings of fully connected networks as plain data, and where they run. */
export type { Experiment, ExperimentData } from "./Experiment";
export { ExperimentPool, type ExperimentResult, type PoolRunOptions } from "./ExperimentPool";
export { type Prepared, prepareExperiment } from "./prepareExperiment";
export { type RunExperimentsOptions, runExperiments } from "./runExperiments";
