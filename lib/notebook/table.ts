import { markdown } from "./display";

/** What a cell of a table may hold; numbers are written with up to four decimals. */
export type TableCell = string | number | boolean | null;

/** A Markdown table with one column a key, numbers to the right. */
export function formatTable(rows: readonly Readonly<Record<string, TableCell>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const texts = rows.map((row) => columns.map((column) => formatCell(row[column] ?? null)));
  const widths = columns.map((column, i) =>
    Math.max(3, column.length, ...texts.map((row) => row[i]!.length)),
  );
  const right = columns.map((column) =>
    rows.every((row) => row[column] === null || typeof row[column] === "number"),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (right[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(" | ")} |`;
  const rule = `|${columns.map((_, i) => (right[i] ? `${"-".repeat(widths[i]! + 1)}:` : "-".repeat(widths[i]! + 2))).join("|")}|`;
  return [line(columns), rule, ...texts.map(line)].join("\n");
}

/** Shows rows as a table in the running cell. */
export function table(rows: readonly Readonly<Record<string, TableCell>>[]): void {
  markdown(formatTable(rows));
}

function formatCell(value: TableCell): string {
  if (value === null) return "–";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return Math.abs(value) < 1e-3 ? value.toExponential(0) : value.toFixed(4);
}
