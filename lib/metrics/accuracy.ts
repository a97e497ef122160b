import { checkPairs } from "./checkPairs";

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
