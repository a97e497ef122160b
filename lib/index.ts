export { type Batch, DataLoader, type DataLoaderOptions } from "./datasets/DataLoader";
export { type Dataset, split, subset, take } from "./datasets/Dataset";
export { type Imdb, type ImdbOptions, loadImdb } from "./datasets/imdb/loadImdb";
export { loadWordIndex, type WordIndexOptions } from "./datasets/imdb/loadWordIndex";
export { type PaddedReviews, type PadOptions, padReview, padReviews } from "./datasets/imdb/padReviews";
export type { Reviews } from "./datasets/imdb/Reviews";
export { type ImdbReviews, type ReadImdbOptions, readImdb } from "./datasets/imdb/readImdb";
export { WordIndex } from "./datasets/imdb/WordIndex";
export { loadMnist } from "./datasets/loadMnist";
export { type MnistOptions, type MnistSource, mnistSource } from "./datasets/mnistSource";
export { ArgumentError, EnvironmentError, FileError, ScratchError, ShapeError } from "./errors";
export type { Experiment, ExperimentData } from "./experiments/Experiment";
export { ExperimentPool, type ExperimentResult, type PoolRunOptions } from "./experiments/ExperimentPool";
export { type Prepared, prepareExperiment } from "./experiments/prepareExperiment";
export { type RunExperimentsOptions, runExperiments } from "./experiments/runExperiments";
export { formatCsv, saveCsv } from "./formats/csv";
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
export { Conv2d, type Conv2dOptions } from "./layers/Conv2d";
export { Dropout, type DropoutOptions } from "./layers/Dropout";
export { Embedding, type EmbeddingOptions } from "./layers/Embedding";
export { Flatten } from "./layers/Flatten";
export { GRU, type GRUOptions } from "./layers/GRU";
export type { Init } from "./layers/init";
export { Linear, type LinearOptions } from "./layers/Linear";
export { LSTM } from "./layers/LSTM";
export { MaxOverTime } from "./layers/MaxOverTime";
export { MaxPool2d, type MaxPool2dOptions } from "./layers/MaxPool2d";
export { Module } from "./layers/Module";
export { Parameter } from "./layers/Parameter";
export { ReLU } from "./layers/ReLU";
export { Reshape } from "./layers/Reshape";
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
export { accuracy } from "./metrics/accuracy";
export type { ClassScores } from "./metrics/ClassScores";
export { classificationReport } from "./metrics/classificationReport";
export { confusionMatrix } from "./metrics/confusionMatrix";
export { correlation } from "./metrics/correlation";
export type { ReportOptions } from "./metrics/ReportOptions";
export type { ScoreReport } from "./metrics/ScoreReport";
export type { Scores } from "./metrics/Scores";
export { type Spread, spreadOf } from "./metrics/spreadOf";
export { type DisplayBundle, type DisplayOptions, display, html, markdown } from "./notebook/display";
export { type LiveFigure, liveFigure } from "./notebook/liveFigure";
export { reportProgress, type TrainingProgress } from "./notebook/reportProgress";
export { type ScorecardRow, scorecard } from "./notebook/scorecard";
export { show } from "./notebook/show";
export { formatTable, type TableCell, table } from "./notebook/table";
export { searchProgress, trainingProgress } from "./notebook/trainingProgress";
export { Adam, type AdamOptions } from "./optim/Adam";
export { clipGradNorm } from "./optim/clipGradNorm";
export { ExponentialScheduler, type ExponentialSchedulerOptions } from "./optim/ExponentialScheduler";
export type { Optimizer } from "./optim/Optimizer";
export { ConstantScheduler, type Scheduler } from "./optim/Scheduler";
export { SGD, type SGDOptions } from "./optim/SGD";
export type { Plain } from "./plain";
export { artifactPath } from "./platform/paths";
export { type Bar, type BarsOptions, bars } from "./plot/bars";
export { type ConfusionHeatmapOptions, confusionHeatmap } from "./plot/confusionHeatmap";
export { type CurvesOptions, curves, type Panel, type Series } from "./plot/curves";
export { type DecisionRegionsOptions, decisionRegions, type RegionsPanel } from "./plot/decisionRegions";
export type { Figure, Layout, Trace } from "./plot/Figure";
export { type HistoryCurvesOptions, historyCurves, type Measure } from "./plot/historyCurves";
export { type GridImage, type ImageGridOptions, imageGrid } from "./plot/imageGrid";
export { type Matrix, type MatrixHeatmapOptions, matrixHeatmap } from "./plot/matrixHeatmap";
export {
  type CompareStudiesOptions,
  compareStudies,
  type OptimizationHistoryOptions,
  optimizationHistory,
} from "./plot/optimizationHistory";
export { parallelCoordinates } from "./plot/parallelCoordinates";
export { type PngOptions, renderPng, renderSvg } from "./plot/render";
export type { StudyResults } from "./plot/StudyResults";
export { save } from "./plot/save";
export { type StudyFigureOptions, sliceFigure } from "./plot/sliceFigure";
export { spreadSeries } from "./plot/spreadSeries";
export { type PublishedFcn, publishedFcn } from "./projects/fcn/published";
export { loadTinyMnist, loadTinyToy, type TrainAndTest } from "./projects/homework/loadTiny";
export { makeToy } from "./projects/homework/makeToy";
export { poolMnist } from "./projects/homework/poolMnist";
export { type PublishedCnn, publishedCnn } from "./projects/homework/publishedCnn";
export {
  type PublishedEpoch,
  type PublishedReviews,
  publishedReviews,
  type ReviewSettings,
} from "./projects/homework/publishedReviews";
export { type PublishedTiny, publishedTiny } from "./projects/homework/publishedTiny";
export { type TinySets, tinySets } from "./projects/homework/tinySets";
export { loadNielsenMnist, type NielsenMnist } from "./projects/nielsen/loadNielsenMnist";
export { type PublishedChapter, type PublishedNielsen, publishedNielsen } from "./projects/nielsen/published";
export * as twoLayer from "./projects/twoLayer";
export { type ExperimentObjectiveOptions, experimentObjective } from "./search/experimentObjective";
export { Study, type StudyOptions } from "./search/Study";
export { type BayesianOptions, bayesian } from "./search/samplers/bayesian/bayesian";
export { grid } from "./search/samplers/grid";
export { random } from "./search/samplers/random";
export type { AnySampler, Sampler, SamplerContext } from "./search/samplers/Sampler";
export { type SuccessiveHalvingOptions, successiveHalving } from "./search/samplers/successiveHalving";
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
  type Params,
  type Space,
  type Uniform,
  uniform,
  type ValueOf,
} from "./search/space";
export { studyRows } from "./search/studyRows";
export type { Direction, Objective, OpenTrial, Outcome, Trial } from "./search/Trial";
export { RandomState } from "./tensor/RandomState";
export type { RandomStateData } from "./tensor/random/RandomStateData";
export type { Shape } from "./tensor/shape";
export { type Nested, Tensor } from "./tensor/Tensor";
export type { Checkpoint } from "./train/Checkpoint";
export type { EarlyStopping } from "./train/EarlyStopping";
export { type Evaluation, evaluate } from "./train/evaluate";
export type { FitOptions, StepRecord } from "./train/FitOptions";
export { fit } from "./train/fit";
export { type GradCheckOptions, type GradCheckRow, gradCheck } from "./train/gradCheck";
export { type EpochRecord, History } from "./train/History";
export { loadModel, saveModel } from "./train/saveModel";
export { loadWordVectors, type WordVectors } from "./words/loadWordVectors";
export { type NearWord, nearestWords } from "./words/nearestWords";
export { type SkipGram, type SkipGramOptions, skipGram } from "./words/skipGram";
