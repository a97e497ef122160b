import { SCORECARD, type ScorecardRow } from "../../notebook/scorecard";
import type { DisplayOutput, Notebook, Output } from "../runner/Notebook";
import { scorecardText } from "../runner/scorecardText";

/** A row of a scorecard as a reader sees it. */
export interface ShownRow {
  readonly what: string;
  /** – if there is none. */
  readonly published: string;
  /** – if there is none. */
  readonly ours: string;
}

/** The rows of a notebook's scorecards, with all digits. A notebook that was run before they were kept has none. */
export function scorecardRows(notebook: Notebook): ScorecardRow[] {
  const outputs = notebook.cells.flatMap((cell) =>
    isTagged(cell.metadata.tags) ? (cell.outputs ?? []) : [],
  );
  return outputs.filter(isDisplay).flatMap(({ data }) => {
    const card = data[SCORECARD] as { rows: ScorecardRow[] } | undefined;
    return card?.rows ?? [];
  });
}

/** The rows of a notebook's scorecards, as their tables write them. */
export function shownRows(notebook: Notebook): ShownRow[] {
  const lines = scorecardText(notebook).split("\n");
  return lines.flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
    const [, what = "", published = "", ours = ""] = cells;
    const isRow = cells.length === 7 && what !== "what" && !/^:?-+:?$/.test(what);
    return isRow ? [{ what, published, ours }] : [];
  });
}

function isTagged(tags: readonly string[] = []): boolean {
  return tags.includes("scorecard");
}

function isDisplay(output: Output): output is DisplayOutput {
  return output.output_type === "display_data";
}
