/* How good predictions are. */
export { accuracy } from "./accuracy";
export type { ClassScores } from "./ClassScores";
export { classificationReport } from "./classificationReport";
export { confusionMatrix } from "./confusionMatrix";
export { correlation } from "./correlation";
export type { ReportOptions } from "./ReportOptions";
export type { ScoreReport } from "./ScoreReport";
export type { Scores } from "./Scores";
export { holm, type McNemar, mcnemar, pairedPermutationTest, permutationTest } from "./significance";
export { type Spread, spreadOf } from "./spreadOf";
