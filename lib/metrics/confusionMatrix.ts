import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import { checkPairs } from "./accuracy";

const WHERE = "confusionMatrix";
/** A label above this is taken for a mistake rather than for a matrix of that size. */
const MAX_CLASSES = 10_000;

/**
 * How often each true class (row) was taken for each class (column): C[i][j] counts labels i predicted as j.
 * Shape: [classes, classes]; classes is the largest label or prediction + 1 unless given.
 * @throws ShapeError if the lengths differ; ArgumentError if there is no label, or one is not an integer in
 * [0, classes).
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes?: number,
): number[][] {
  checkPairs(WHERE, labels, predictions);
  if (classes !== undefined && !(Number.isInteger(classes) && classes > 0 && classes <= MAX_CLASSES)) {
    throw new ArgumentError(
      WHERE,
      `classes must be an integer in [1, ${MAX_CLASSES}], got ${inWords(classes)}`,
    );
  }
  const bound = classes ?? MAX_CLASSES;
  const largest = Math.max(
    checkedMax("labels", labels, bound),
    checkedMax("predictions", predictions, bound),
  );
  const size = classes ?? largest + 1;
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]][predictions[i]]++;
  return counts;
}

function checkedMax(name: string, values: ArrayLike<number>, bound: number): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isInteger(value) || value < 0 || value >= bound) {
      throw new ArgumentError(
        WHERE,
        `${name} must be integers in [0, ${bound}), got ${name}[${i}] = ${value}`,
      );
    }
    if (value > max) max = value;
  }
  return max;
}
