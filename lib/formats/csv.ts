import { ArgumentError } from "../errors";
import type { TableCell } from "../notebook/table";
import { writeAtomically } from "../platform/files";
import { artifactPath } from "../platform/paths";

/**
 * Rows as comma-separated values (RFC 4180): a line with the keys of the first row, then a line a row. Numbers are
 * written with all their digits, so that reading them gives the same bits; null is an empty field; a text with a
 * comma, a quote or a line break in it is quoted.
 * @throws ArgumentError without rows, or if a row has other keys than the first.
 */
export function formatCsv(rows: readonly Readonly<Record<string, TableCell>>[]): string {
  if (rows.length === 0) throw new ArgumentError("formatCsv", "wanted at least one row, got none");
  const keys = Object.keys(rows[0]!);
  const lines = rows.map((row, i) => {
    if (Object.keys(row).length !== keys.length || !keys.every((key) => Object.hasOwn(row, key))) {
      const got = Object.keys(row).join(", ");
      throw new ArgumentError("formatCsv", `row ${i} must have ${keys.join(", ")}, got ${got}`);
    }
    return keys.map((key) => row[key] ?? null);
  });
  return [keys, ...lines].map((line) => `${line.map(field).join(",")}\n`).join("");
}

/**
 * Writes `formatCsv(rows)` to a file, whole or not at all. A relative path counts from the project's top folder.
 * @throws ArgumentError as `formatCsv`; FileError if it cannot be written.
 */
export function saveCsv(rows: readonly Readonly<Record<string, TableCell>>[], path: string): void {
  writeAtomically(artifactPath(path), formatCsv(rows));
}

function field(cell: TableCell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
