import { type Cell, joinText, type Output } from "./Notebook";

const longestError = 60;

/** A cell did not end well. The message says which cell and line, and what the kernel said. */
export class CellError extends Error {
  constructor(cellName: string, problem: string) {
    super(`${cellName} ${problem}`);
    this.name = "CellError";
  }

  /** From the error among the cell's outputs: the kernel names the cells and lines there. */
  static fromOutputs(cellName: string, cells: readonly Cell[], outputs: readonly Output[]): CellError {
    const printed = outputs.flatMap((output) => (output.output_type === "error" ? output.traceback : []));
    const text = printed.join("\n").trimEnd().split("\n").slice(0, longestError).join("\n");
    const [, cell, line] = /\bcell \[(\d+)\] line (\d+)/.exec(text) ?? [];
    const source = joinText(cells[Number(cell) - 1]?.source ?? "").split("\n")[Number(line) - 1];
    const place =
      source === undefined ? "failed" : `failed at cell [${cell}] line ${line}\n\n    ${source.trim()}`;
    return new CellError(cellName, `${place}\n\n${text}`);
  }
}
