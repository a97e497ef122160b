/* What a cell of a notebook imports: the library, and what a cell shows. */

export { formatCsv, saveCsv, type TableCell } from "../formats/csv";
export * from "../index";
export { artifactPath } from "../platform/paths";
export { type DisplayBundle, type DisplayOptions, display, html, markdown } from "./display";
export { type LiveFigure, liveFigure } from "./liveFigure";
export { reportProgress, type TrainingProgress } from "./reportProgress";
export { type ScorecardRow, scorecard } from "./scorecard";
export { show } from "./show";
export { formatTable, table } from "./table";
export { searchProgress, trainingProgress } from "./trainingProgress";
