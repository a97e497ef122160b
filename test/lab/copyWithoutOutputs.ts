import { isCode, notebookText, readNotebook } from "../../lib/jupyter/runner/Notebook";
import { writeAtomically } from "../../lib/platform/files";

/** Copies a notebook as it is before its first run. */
export function copyWithoutOutputs(from: string, to: string): void {
  const notebook = readNotebook(from);
  for (const cell of notebook.cells.filter(isCode)) {
    Object.assign(cell, { outputs: [], execution_count: null });
  }
  writeAtomically(to, notebookText(notebook));
}
