/* How good predictions are. */
export { accuracy } from "./accuracy";
export {
  type ClassScores,
  classificationReport,
  type ReportOptions,
  type ScoreReport,
  type Scores,
} from "./classificationReport";
export { confusionMatrix } from "./confusionMatrix";
export { correlation } from "./correlation";
export { holm, type McNemar, mcnemar, pairedPermutationTest, permutationTest } from "./significance";
export { type Spread, spreadOf } from "./spreadOf";
