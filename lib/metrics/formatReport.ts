import type { ScoreReport, Scores } from "./classificationReport";

const COLUMNS = ["precision", "recall", "f1-score", "support"];
const COLUMN_WIDTH = 9;

/**
 * The report as a table of text in scikit-learn's layout, every line with its line end. `hasRight` tells whether any
 * prediction is right: where none is, scikit-learn counts in floating point and prints a support of 3 as 3.0.
 */
export function formatReport(report: Omit<ScoreReport, "text">, digits: number, hasRight: boolean): string {
  const names = report.classes.map(({ name }) => name);
  const width = Math.max("weighted avg".length, digits, ...names.map((name) => [...name].length));
  const line = (head: string, cells: string[]): string =>
    `${[padded(head, width), "", ...cells.map((cell) => padded(cell, COLUMN_WIDTH))].join(" ")}\n`;
  const count = (support: number): string => (hasRight ? String(support) : `${support}.0`);
  const row = (head: string, { precision, recall, f1, support }: Scores): string =>
    line(head, [...[precision, recall, f1].map((value) => toFixedEven(value, digits)), count(support)]);

  const { classes, accuracy, microAvg, macroAvg, weightedAvg } = report;
  const lines = [line("", COLUMNS), "\n", ...classes.map((scores) => row(scores.name, scores)), "\n"];
  if (accuracy !== undefined) {
    lines.push(line("accuracy", ["", "", toFixedEven(accuracy, digits), count(macroAvg.support)]));
  }
  if (microAvg !== undefined) lines.push(row("micro avg", microAvg));
  lines.push(row("macro avg", macroAvg), row("weighted avg", weightedAvg));
  return lines.join("");
}

/** Right-aligned; a character outside the basic plane counts as one, as in Python. */
function padded(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - [...text].length)) + text;
}

/**
 * The number with so many digits after the point, as Python prints it: an exact tie (0.125 to two digits) goes to the
 * even digit, where Number.prototype.toFixed goes up. For values in [0, 2^52); NaN is "nan".
 */
export function toFixedEven(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  const text = value.toFixed(digits);
  // n + ½ units of 10^-digits is a double only if value · 2^(digits + 1) is an odd integer.
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  if (!isTie || Number(text.at(-1)) % 2 === 0) return text;
  return (value * (1 - Number.EPSILON)).toFixed(digits);
}
