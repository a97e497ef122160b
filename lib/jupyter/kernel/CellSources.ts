import { inspect } from "node:util";
import { alignLines } from "./alignLines";

/** Remembers what each cell was compiled to, so that an error can name the line the user wrote. */
export class CellSources {
  readonly #cells: Map<string, { source: string[]; emitted: string[] }> = new Map();

  /** Returns the code with a name that stack traces will show. */
  add(executionCount: number, source: string, emitted: string): string {
    const name = `cell-${executionCount}`;
    this.#cells.set(name, { source: source.split("\n"), emitted: emitted.split("\n") });
    return `${emitted}\n//# sourceURL=${name}`;
  }

  /** The error as a notebook's reader needs it: their lines and the library's, none of Node's or tslab's. */
  describe(error: unknown): string {
    if (!(error instanceof Error)) return inspect(error);
    if ("code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") return "Interrupted";
    if (error.message === "Interrupted asynchronously") {
      return "Interrupted: the cell was left where it was; its new variables are not set";
    }
    return inspect(error)
      .replace(/^cell-\d+:\d+\n.*?\n\n/s, "")
      .split("\n")
      .filter(isForTheReader)
      .map((line) => this.#atSourceLine(line))
      .filter((line) => line !== undefined)
      .join("\n");
  }

  /** Undefined for the frame of the function that tslab wraps around a cell. */
  #atSourceLine(line: string): string | undefined {
    const [place, name, executionCount, row] = /\(?\b(cell-(\d+)):(\d+):\d+\)?/.exec(line) ?? [];
    const cell = this.#cells.get(name ?? "");
    if (place === undefined || cell === undefined) return line;
    const index = alignLines(cell.source, cell.emitted)[Number(row) - 1];
    if (index === undefined) return undefined;
    return line.replace(place, `cell [${executionCount}] line ${index + 1}: ${cell.source[index]?.trim()}`);
  }
}

function isForTheReader(line: string): boolean {
  if (!/^\s+at /.test(line)) return true;
  return !/node:|[\\/]node_modules[\\/](?!scratch-nn[\\/])|[\\/]kernel[\\/]launcher\./.test(line);
}
