import type { TableCell } from "../../formats/csv";
import { formatTable } from "../../notebook/table";

/** A table as the project's formatter writes it in a page. */
export function pageTable(
  rows: readonly Readonly<Record<string, TableCell>>[],
  toTheRight: readonly string[] = [],
): string {
  const [head, rule = "", ...lines] = formatTable(rows, toTheRight).split("\n");
  return [head, rule.replace(/--(-*:?)(?=\|)/g, " $1 "), ...lines].join("\n");
}
