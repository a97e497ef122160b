/** Precision tp / (tp + fp), recall tp / (tp + fn), their harmonic mean f1, and the number of labels behind them. */
export interface Scores {
  /** The share of right ones among those predicted to be of the class. */
  precision: number;
  /** The share of those of the class that were found. */
  recall: number;
  /** The harmonic mean of precision and recall. */
  f1: number;
  /** How many samples are truly of the class. */
  support: number;
}
