import { ArgumentError, ShapeError } from "../errors";

/** @throws ShapeError or ArgumentError unless there are as many predictions as labels, and at least one. */
export function checkPairs(where: string, labels: ArrayLike<number>, predictions: ArrayLike<number>): void {
  if (labels.length !== predictions.length) {
    throw new ShapeError(
      where,
      `labels and predictions must have the same length, got ${labels.length} and ${predictions.length}`,
    );
  }
  if (labels.length === 0) throw new ArgumentError(where, "labels must not be empty");
}
