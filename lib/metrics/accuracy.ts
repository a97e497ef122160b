import { checkNumbers } from "../checks";
import { ArgumentError, ShapeError } from "../errors";

/**
 * The share of predictions that equal their label: (1/N) Σₙ [labelₙ = predictionₙ].
 * @throws ShapeError if the lengths differ, ArgumentError if there is none.
 */
export function accuracy(labels: ArrayLike<number>, predictions: ArrayLike<number>): number {
  checkPairs("accuracy", labels, predictions);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return right / labels.length;
}

/** @throws ShapeError or ArgumentError unless there are as many predictions as labels, and at least one. */
export function checkPairs(where: string, labels: ArrayLike<number>, predictions: ArrayLike<number>): void {
  checkNumbers(where, { labels, predictions });
  if (labels.length !== predictions.length) {
    throw new ShapeError(
      where,
      `labels and predictions must have the same length, got ${labels.length} and ${predictions.length}`,
    );
  }
  if (labels.length === 0) throw new ArgumentError(where, "labels must not be empty");
}
