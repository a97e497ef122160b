/** Precision tp / (tp + fp), recall tp / (tp + fn), their harmonic mean f1, and the number of labels behind them. */
export interface Scores {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}
