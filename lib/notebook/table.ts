import { checkRows } from "../checks";
import type { TableCell } from "../formats/csv";
import { markdown } from "./display";

/**
 * A Markdown table with one column for each key of the first row; columns of numbers stand to the right. The numbers
 * of a column are written alike: integers as they are; with four decimals if one of them is no integer; in exponent
 * form, 5e-4, if all but zeros are below 0.001.
 * @param toTheRight names columns of texts that stand to the right as well.
 * @throws ArgumentError if `rows` is no list of objects.
 */
export function formatTable(
  rows: readonly Readonly<Record<string, TableCell>>[],
  toTheRight: readonly string[] = [],
): string {
  checkRows("table", { rows });
  const columns = Object.keys(rows[0] ?? {}).map((key) =>
    formatColumn(
      key,
      rows.map((row) => row[key] ?? null),
      toTheRight.includes(key),
    ),
  );
  const line = (row: number): string => `| ${columns.map(({ texts }) => texts[row]).join(" | ")} |`;
  const rule = `|${columns.map((column) => column.rule).join("|")}|`;
  return [line(0), rule, ...rows.map((_, i) => line(i + 1))].join("\n");
}

/** Shows rows as a table in the running cell. @throws ArgumentError as `formatTable`. */
export function table(rows: readonly Readonly<Record<string, TableCell>>[]): void {
  markdown(formatTable(rows));
}

interface Column {
  /** The heading and the cells, all equally wide. */
  readonly texts: readonly string[];
  readonly rule: string;
}

function formatColumn(key: string, cells: readonly TableCell[], toTheRight: boolean): Column {
  const numbers = cells.filter((cell) => typeof cell === "number");
  const write = numberFormat(numbers.filter(Number.isFinite));
  const texts = [key, ...cells.map((cell) => formatCell(cell, write))].map((text) =>
    text.replaceAll("|", "\\|"),
  );
  const width = Math.max(3, ...texts.map((text) => text.length));
  const right = toTheRight || cells.every((cell) => cell === null || typeof cell === "number");
  return {
    texts: texts.map((text) => (right ? text.padStart(width) : text.padEnd(width))),
    rule: right ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2),
  };
}

function formatCell(cell: TableCell, write: (value: number) => string): string {
  if (cell === null) return "–";
  return typeof cell === "number" && Number.isFinite(cell) ? write(cell) : String(cell);
}

function numberFormat(numbers: readonly number[]): (value: number) => string {
  if (numbers.every(Number.isInteger)) return String;
  if (numbers.every((value) => Math.abs(value) < 1e-3)) {
    const exact = (digits: number): boolean =>
      numbers.every((value) => Number(value.toExponential(digits)) === value);
    const digits = [0, 1, 2].find(exact) ?? 3;
    return (value) => (value === 0 ? "0" : value.toExponential(digits));
  }
  return (value) => value.toFixed(4).replace(/^-(?=0\.0000$)/, "");
}
