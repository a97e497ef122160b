import { ArgumentError, ShapeError } from "../errors";
import { ClassCounts } from "./ClassCounts";
import type { ClassScores } from "./ClassScores";
import { checkPairs } from "./checkPairs";
import { formatReport } from "./formatReport";
import { pairwiseSum } from "./pairwiseSum";
import type { ReportOptions } from "./ReportOptions";
import type { ScoreReport } from "./ScoreReport";
import type { Scores } from "./Scores";

const WHERE = "classificationReport";

/**
 * Precision, recall and f1 of every class and their averages, equal to scikit-learn's `classification_report`,
 * number by number and, as `text`, character by character.
 * @throws ShapeError if labels and predictions, or classes and names, differ in length; ArgumentError if there is no
 * label, one is not an integer, or an option is outside its domain.
 */
export function classificationReport(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  options: ReportOptions = {},
): ScoreReport {
  checkPairs(WHERE, labels, predictions);
  checkIntegers("labels", labels);
  checkIntegers("predictions", predictions);
  const { digits = 2, zeroDivision = 0 } = options;
  if (!Number.isInteger(digits) || digits < 0 || digits > 20) {
    throw new ArgumentError(WHERE, `digits must be an integer in [0, 20], got ${digits}`);
  }
  if (zeroDivision !== 0 && zeroDivision !== 1 && !Number.isNaN(zeroDivision)) {
    throw new ArgumentError(WHERE, `zeroDivision must be 0, 1 or NaN, got ${zeroDivision}`);
  }
  const wanted = classesOf(labels, predictions, options.labels);
  const names = options.names ?? wanted.map(String);
  if (names.length !== wanted.length) {
    throw new ShapeError(
      WHERE,
      `names must have ${wanted.length} elements, one a class, got ${names.length}`,
    );
  }

  const counts = new ClassCounts(wanted, labels, predictions);
  const scores = (right: number, predicted: number, actual: number): Scores => ({
    precision: predicted === 0 ? zeroDivision : right / predicted,
    recall: actual === 0 ? zeroDivision : right / actual,
    f1: predicted + actual === 0 ? zeroDivision : (2 * right) / (predicted + actual),
    support: actual,
  });
  const classes: ClassScores[] = wanted.map((label, i) => ({
    label,
    name: names[i],
    ...scores(counts.right[i], counts.predicted[i], counts.actual[i]),
  }));
  const micro = scores(total(counts.right), total(counts.predicted), total(counts.actual));
  const data = {
    classes,
    ...(counts.hasOthers ? { microAvg: micro } : { accuracy: micro.f1 }),
    macroAvg: averaged(classes, mean),
    weightedAvg: averaged(classes, weightedMean),
  };
  return { ...data, text: formatReport(data, digits, counts.hasRight) };
}

/** The given classes, or all that occur, sorted. */
function classesOf(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  given?: ArrayLike<number>,
): number[] {
  if (given === undefined) {
    return [...new Set([...Array.from(labels), ...Array.from(predictions)])].sort((a, b) => a - b);
  }
  checkIntegers("options.labels", given);
  const classes = Array.from(given);
  if (classes.length === 0 || new Set(classes).size < classes.length) {
    throw new ArgumentError(WHERE, `options.labels must be at least one and all different, got [${classes}]`);
  }
  return classes;
}

function averaged(classes: Scores[], average: (values: number[], weights: number[]) => number): Scores {
  const weights = classes.map((row) => row.support);
  const column = (name: keyof Scores): number =>
    average(
      classes.map((row) => row[name]),
      weights,
    );
  return {
    precision: column("precision"),
    recall: column("recall"),
    f1: column("f1"),
    support: total(weights),
  };
}

/** The mean of the values that are numbers. */
function mean(values: number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value)).length;
  return pairwiseSum(values.map((value) => (Number.isNaN(value) ? 0 : value))) / numbers;
}

/** Weighted mean of the values that are numbers; their mean if all weights are 0. */
function weightedMean(values: number[], weights: number[]): number {
  const kept = values.map((_, i) => i).filter((i) => !Number.isNaN(values[i]));
  const weight = total(kept.map((i) => weights[i]));
  if (weight === 0) return mean(values);
  return pairwiseSum(kept.map((i) => values[i] * weights[i])) / weight;
}

function total(counts: number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function checkIntegers(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isInteger(values[i])) {
      throw new ArgumentError(WHERE, `${name} must be integers, got ${name}[${i}] = ${values[i]}`);
    }
  }
}
