import type { ScoreReport } from "./ScoreReport";
import type { Scores } from "./Scores";
import { toFixedEven } from "./toFixedEven";

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
