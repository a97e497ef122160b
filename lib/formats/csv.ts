import { checkPath, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { writeAtomically } from "../platform/files";
import { artifactPath } from "../platform/paths";

/** What a cell of a table may hold; null is shown as –. */
export type TableCell = string | number | boolean | null;

/**
 * Rows as comma-separated values (RFC 4180): a line with the keys of the first row, then a line a row. Numbers are
 * written with all their digits, so that reading them gives the same bits; null is an empty field; a text with a
 * comma, a quote or a line break in it is quoted.
 * @throws ArgumentError without rows, if a row has other keys than the first, or a cell holds something else.
 */
export function formatCsv(rows: readonly Readonly<Record<string, TableCell>>[]): string {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new ArgumentError("formatCsv", `rows must be a list of at least one row, got ${inWords(rows)}`);
  }
  const [first] = rows as Readonly<Record<string, TableCell>>[];
  const keys = typeof first === "object" && first !== null ? Object.keys(first) : [];
  const lines = rows.map((row: Readonly<Record<string, TableCell>>, i) => {
    if (typeof row !== "object" || row === null) {
      throw new ArgumentError("formatCsv", `row ${i} must be an object, got ${inWords(row)}`);
    }
    if (Object.keys(row).length !== keys.length || !keys.every((key) => Object.hasOwn(row, key))) {
      const got = Object.keys(row).join(", ");
      throw new ArgumentError("formatCsv", `row ${i} must have ${keys.join(", ")}, got ${got}`);
    }
    return keys.map((key) => checkCell(row[key] ?? null, `${key} of row ${i}`));
  });
  return [keys, ...lines].map((line) => `${line.map(field).join(",")}\n`).join("");
}

/**
 * Writes `formatCsv(rows)` to a file, whole or not at all. A relative path counts from the project's top folder.
 * @throws ArgumentError as `formatCsv`; FileError if it cannot be written.
 */
export function saveCsv(rows: readonly Readonly<Record<string, TableCell>>[], path: string): void {
  checkPath("saveCsv", path);
  writeAtomically(artifactPath(path), formatCsv(rows));
}

function checkCell(cell: unknown, name: string): TableCell {
  if (cell === null || ["string", "number", "boolean"].includes(typeof cell)) return cell as TableCell;
  throw new ArgumentError(
    "formatCsv",
    `${name} must be text, a number, true, false or null, got ${inWords(cell)}`,
  );
}

function field(cell: TableCell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
