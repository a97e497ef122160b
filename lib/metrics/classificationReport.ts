import { checkOptions } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { checkPairs } from "./accuracy";
import { formatReport } from "./formatReport";
import { pairwiseSum } from "./pairwiseSum";

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

/** The scores of one class against all others. */
export interface ClassScores extends Scores {
  /** The class, as a number. */
  label: number;
  /** What the report calls it. */
  name: string;
}

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

/** What `classificationReport` reports, and how. */
export interface ReportOptions {
  /** The classes to report, in this order (default: all that occur in labels or predictions, sorted). */
  labels?: ArrayLike<number>;
  /** What to call them (default: their numbers). */
  names?: readonly string[];
  /** Digits after the point in the text (default: 2). */
  digits?: number;
  /** What 0 / 0 is: 0, 1, or NaN, which the averages leave out (default: 0). */
  zeroDivision?: number;
}

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
  checkOptions(WHERE, options, ["labels", "names", "digits", "zeroDivision"]);
  const { digits = 2, zeroDivision = 0 } = options;
  if (!Number.isInteger(digits) || digits < 0 || digits > 20) {
    throw new ArgumentError(WHERE, `digits must be an integer in [0, 20], got ${digits}`);
  }
  if (zeroDivision !== 0 && zeroDivision !== 1 && !Number.isNaN(zeroDivision)) {
    throw new ArgumentError(WHERE, `zeroDivision must be 0, 1 or NaN, got ${zeroDivision}`);
  }
  const reported = classesOf(labels, predictions, options.labels);
  const names = options.names ?? reported.map(String);
  if (names.length !== reported.length) {
    throw new ShapeError(
      WHERE,
      `names must have ${reported.length} elements, one a class, got ${names.length}`,
    );
  }

  const counts = new ClassCounts(reported, labels, predictions);
  const scores = (right: number, predicted: number, actual: number): Scores => ({
    precision: predicted === 0 ? zeroDivision : right / predicted,
    recall: actual === 0 ? zeroDivision : right / actual,
    f1: predicted + actual === 0 ? zeroDivision : (2 * right) / (predicted + actual),
    support: actual,
  });
  const classes: ClassScores[] = reported.map((label, i) => ({
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

/** How often each class, in the order of the given ones, was rightly predicted, predicted, and the label. */
class ClassCounts {
  readonly right: number[];
  readonly predicted: number[];
  readonly actual: number[];
  /** Whether some label or prediction is none of the given classes. */
  readonly hasOthers: boolean;
  /** Whether any prediction at all is right. */
  readonly hasRight: boolean;

  constructor(classes: readonly number[], labels: ArrayLike<number>, predictions: ArrayLike<number>) {
    const place = new Map(classes.map((label, i) => [label, i]));
    const others = classes.length;
    const zeros = (): number[] => new Array<number>(others + 1).fill(0);
    const [right, predicted, actual] = [zeros(), zeros(), zeros()];
    for (let i = 0; i < labels.length; i++) {
      const label = place.get(labels[i]) ?? others;
      const prediction = place.get(predictions[i]) ?? others;
      actual[label]++;
      predicted[prediction]++;
      if (labels[i] === predictions[i]) right[label]++;
    }
    this.hasOthers = actual.pop()! + predicted.pop()! > 0;
    this.hasRight = right.some((count) => count > 0);
    right.pop();
    this.right = right;
    this.predicted = predicted;
    this.actual = actual;
  }
}
