import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readNotebook } from "../runner/Notebook";
import { type ShownRow, shownRows } from "./scorecardRows";

/** The numbers of a release: the rows of each notebook's stored scorecard, as it writes them. */
export interface Results {
  readonly format: "scratch-nn results 1";
  readonly notebooks: Readonly<Record<string, readonly ShownRow[]>>;
}

/** The name of each notebook that has a scorecard, and its file. */
export function notebooksWithScorecard(root: string): { name: string; path: string }[] {
  const folder = join(root, "notebooks");
  const files = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));
  return files
    .sort()
    .map((file) => ({ name: basename(file, ".ipynb"), path: join(folder, file) }))
    .filter(({ path }) =>
      readNotebook(path).cells.some(({ metadata }) => metadata.tags?.includes("scorecard")),
    );
}

/** What the stored notebooks show. */
export function storedResults(root: string): Results {
  const notebooks = notebooksWithScorecard(root).map(({ name, path }) => [
    name,
    shownRows(readNotebook(path)),
  ]);
  return { format: "scratch-nn results 1", notebooks: Object.fromEntries(notebooks) };
}

/** Ours of this release by notebook and row; empty where there is no file of results. */
export function recordedResults(root: string): Record<string, Record<string, string>> {
  const path = resultsPath(root);
  if (!existsSync(path)) return {};
  const { notebooks } = JSON.parse(readFileSync(path, "utf8")) as Results;
  const entries = Object.entries(notebooks).map(([name, rows]) => [
    name,
    Object.fromEntries(rows.map(({ what, ours }) => [what, ours])),
  ]);
  return Object.fromEntries(entries);
}

export function resultsPath(root: string): string {
  return join(root, "data/results.json");
}

/** The file of results: JSON with a line a row, so that a difference shows the rows that changed. */
export function resultsText({ format, notebooks }: Results): string {
  const parts = Object.entries(notebooks).map(([name, rows]) => {
    const lines = rows.map((row) => `   ${JSON.stringify(row)}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(",\n")}\n  ]`;
  });
  return `{\n "format": ${JSON.stringify(format)},\n "notebooks": {\n${parts.join(",\n")}\n }\n}\n`;
}
