/* Figures as plain Plotly specs, and their pictures. */
export { type Bar, type BarsOptions, bars } from "./bars";
export { type ConfusionHeatmapOptions, confusionHeatmap } from "./confusionHeatmap";
export { type CurvesOptions, curves, type Panel, type Series } from "./curves";
export { type DecisionRegionsOptions, decisionRegions, type RegionsPanel } from "./decisionRegions";
export type {
  Annotation,
  Axis,
  BarTrace,
  ColorBar,
  ColorScale,
  ContourTrace,
  EncodedArray,
  Figure,
  Font,
  HeatmapTrace,
  Layout,
  Legend,
  Line,
  Margin,
  Marker,
  MarkerShape,
  MarkerSymbol,
  ScatterTrace,
  Title,
  Trace,
  Values,
} from "./Figure";
export { type HistoryCurvesOptions, historyCurves, type Measure } from "./historyCurves";
export { type GridImage, type ImageGridOptions, imageGrid } from "./imageGrid";
export { type Matrix, type MatrixHeatmapOptions, matrixHeatmap } from "./matrixHeatmap";
export {
  type CompareStudiesOptions,
  compareStudies,
  type OptimizationHistoryOptions,
  optimizationHistory,
} from "./optimizationHistory";
export { type ParallelCoordinatesOptions, parallelCoordinates } from "./parallelCoordinates";
export { type PngOptions, renderPng, renderSvg } from "./render";
export type { ParamLabels, StudyResults } from "./StudyResults";
export { save } from "./save";
export { type SliceFigureOptions, type StudyFigureOptions, sliceFigure } from "./sliceFigure";
export { spreadSeries } from "./spreadSeries";
