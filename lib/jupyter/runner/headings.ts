import { type Cell, joinText, type Notebook } from "./Notebook";

/** For each cell the nearest heading at or above it. */
export function headings(notebook: Notebook): Map<Cell, string> {
  const result = new Map<Cell, string>();
  let heading = "";
  for (const cell of notebook.cells) {
    if (cell.cell_type === "markdown") heading = lastHeading(joinText(cell.source)) ?? heading;
    result.set(cell, heading);
  }
  return result;
}

function lastHeading(markdown: string): string | undefined {
  const outsideCode = markdown.replace(/^```.*?^```/gms, "");
  return [...outsideCode.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].at(-1)?.[1];
}
