import type { ClassScores } from "./ClassScores";
import type { Scores } from "./Scores";

/** What `classificationReport` returns. */
export interface ScoreReport {
  /** One row a class, in the order of the labels. */
  classes: ClassScores[];
  /** The share of right predictions, if the report covers every label that occurs. */
  accuracy?: number;
  /** Scores of the summed counts, if it leaves some out. */
  microAvg?: Scores;
  /** The mean of the classes' scores. */
  macroAvg: Scores;
  /** Their mean weighted by support. */
  weightedAvg: Scores;
  /** The report as scikit-learn prints it. */
  text: string;
}
