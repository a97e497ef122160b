export type { Augmentation } from "./datasets/Augmentation";
export { type Batch, DataLoader, type DataLoaderOptions } from "./datasets/DataLoader";
export { type Dataset, split, subset, take } from "./datasets/Dataset";
export { loadMnist } from "./datasets/loadMnist";
export { type MnistOptions, type MnistSource, mnistSource } from "./datasets/mnistSource";
export {
  ArgumentError,
  DivergenceError,
  EnvironmentError,
  FileError,
  ScratchError,
  ShapeError,
} from "./errors";
/** Trainings of fully connected networks as plain data, and where they run. */
export * as experiments from "./experiments";
export {
  type Backend,
  type BackendInfo,
  type BackendOptions,
  backendInfo,
  setBackend,
} from "./kernels/backend";
export type { DType, FloatArray } from "./kernels/Kernels";
export { memoryBytes } from "./kernels/memory";
export { getThreads, setThreads } from "./kernels/threads";
export { Activation } from "./layers/Activation";
export { AveragePool2d } from "./layers/AveragePool2d";
export type { BatchNorm, BatchNormOptions } from "./layers/BatchNorm";
export { BatchNorm1d } from "./layers/BatchNorm1d";
export { BatchNorm2d } from "./layers/BatchNorm2d";
export { Buffer } from "./layers/Buffer";
export { Conv2d, type Conv2dOptions } from "./layers/Conv2d";
export { Dropout, type DropoutOptions } from "./layers/Dropout";
export { Embedding, type EmbeddingOptions } from "./layers/Embedding";
export { Flatten } from "./layers/Flatten";
export { GELU, type GELUOptions } from "./layers/GELU";
export { GlobalAveragePool2d } from "./layers/GlobalAveragePool2d";
export { GRU, type GRUOptions } from "./layers/GRU";
export type { Init } from "./layers/init";
export { LeakyReLU, type LeakyReLUOptions } from "./layers/LeakyReLU";
export { Linear, type LinearOptions } from "./layers/Linear";
export { LSTM } from "./layers/LSTM";
export { MaxOverTime } from "./layers/MaxOverTime";
export { MaxPool2d } from "./layers/MaxPool2d";
export { Module } from "./layers/Module";
export { Parameter } from "./layers/Parameter";
export type { Pool2d, Pool2dOptions } from "./layers/Pool2d";
export { ReLU } from "./layers/ReLU";
export { Reshape } from "./layers/Reshape";
export { Residual, type ResidualOptions } from "./layers/Residual";
export { Recurrent, type RecurrentOptions } from "./layers/recurrence/Recurrent";
export { Sequential } from "./layers/Sequential";
export { Sigmoid } from "./layers/Sigmoid";
export { Softmax } from "./layers/Softmax";
export { summary } from "./layers/summary";
export { Tanh } from "./layers/Tanh";
export { BinaryCrossEntropyLoss } from "./losses/BinaryCrossEntropyLoss";
export { CrossEntropyLoss, type CrossEntropyLossOptions } from "./losses/CrossEntropyLoss";
export type { Loss, Targets } from "./losses/Loss";
export { QuadraticLoss } from "./losses/QuadraticLoss";
/** Scores of predictions: accuracy, confusion matrices, classification reports. */
export * as metrics from "./metrics";
export { Adam, type AdamOptions } from "./optim/Adam";
export { CosineScheduler, type CosineSchedulerOptions } from "./optim/CosineScheduler";
export { clipGradNorm } from "./optim/clipGradNorm";
export { ExponentialScheduler, type ExponentialSchedulerOptions } from "./optim/ExponentialScheduler";
export { OneCycleScheduler, type OneCycleSchedulerOptions } from "./optim/OneCycleScheduler";
export type { Optimizer } from "./optim/Optimizer";
export { PlateauScheduler, type PlateauSchedulerOptions } from "./optim/PlateauScheduler";
export { RMSprop, type RMSpropOptions } from "./optim/RMSprop";
export { ScheduledOptimizer, type ScheduledOptions } from "./optim/ScheduledOptimizer";
export { ConstantScheduler, type EpochScores, type Scheduler } from "./optim/Scheduler";
export { SGD, type SGDOptions } from "./optim/SGD";
export { StepScheduler, type StepSchedulerOptions } from "./optim/StepScheduler";
export { WarmupScheduler, type WarmupSchedulerOptions } from "./optim/WarmupScheduler";
export { WeightAverage, type WeightAverageOptions } from "./optim/WeightAverage";
/** Figures as plain Plotly specs, and pictures of them. */
export * as plot from "./plot";
/** What belongs to one reproduced project: its data and its published numbers. */
export * as projects from "./projects";
/** Searches for good hyperparameters: spaces, samplers, studies and the journal. */
export * as search from "./search";
export { RandomState } from "./tensor/RandomState";
export type { RandomStateData } from "./tensor/random/RandomStateData";
export type { TypedArray } from "./tensor/random/TypedArray";
export type { Shape } from "./tensor/shape";
export { type Nested, Tensor } from "./tensor/Tensor";
export { Workspace } from "./tensor/Workspace";
export type { Checkpoint } from "./train/Checkpoint";
export type { EarlyStopping } from "./train/EarlyStopping";
export { type Evaluation, evaluate } from "./train/evaluate";
export type { FitOptions, StepRecord } from "./train/FitOptions";
export { fit } from "./train/fit";
export { type GradCheckOptions, type GradCheckRow, gradCheck } from "./train/gradCheck";
export { type EpochRecord, History } from "./train/History";
export { type LoadModelOptions, loadModel, saveModel } from "./train/saveModel";
/** Texts and word vectors: film reviews, skip-gram, GloVe's files. */
export * as words from "./words";
