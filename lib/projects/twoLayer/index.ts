export { buildNetwork, type Network, type NetworkOptions } from "./buildNetwork";
export { drawHyperparameters, type Hyperparameters } from "./hyperparameters";
export { evaluationBatches, type SearchData, splitSamples, trainingBatches } from "./loaders";
export { type EpochRow, measureEpoch, penalty } from "./measureEpoch";
export { asPublished, stepsPerEpoch, type TwoLayerSettings } from "./settings";
export { TrialPool, type TrialPoolOptions } from "./TrialPool";
export { TrialStream } from "./TrialStream";
export { type TrialResult, trainTrial } from "./trainTrial";
