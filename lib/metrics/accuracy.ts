import { checkPairs } from "./checkPairs";

/**
 * The share of predictions that equal their label.
 * @throws ShapeError if the lengths differ, ArgumentError if there is none.
 */
export function accuracy(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkPairs("accuracy", labels, predictions);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) right++;
  return right / labels.length;
}
