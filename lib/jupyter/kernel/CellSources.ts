import { inspect } from "node:util";
import { messageOf } from "../../errors";
import { alignLines } from "./alignLines";

/** What the protocol tells of a cell that failed. */
export interface CellFailure {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Remembers what each cell was compiled to, so that an error can name the line the user wrote. */
export class CellSources {
  readonly #cells: Map<string, { source: string[]; emitted: string[] }> = new Map();

  /** Returns the code with a name that stack traces will show. */
  add(executionCount: number, source: string, emitted: string): string {
    const name = `cell-${executionCount}`;
    this.#cells.set(name, { source: source.split("\n"), emitted: emitted.split("\n") });
    return `${emitted}\n//# sourceURL=${name}`;
  }

  /** The error as a notebook's reader needs it: its message first, then their lines and the library's, none of Node's or tslab's. */
  describe(error: unknown): CellFailure {
    if (!(error instanceof Error)) {
      const text = inspect(error);
      return { ename: "Thrown", evalue: text, traceback: [text] };
    }
    const traceback = inspect(error)
      .replace(excerpt, "")
      .split("\n")
      .filter(isForTheReader)
      .map((line) => this.#atSourceLine(line))
      .filter((line) => line !== undefined);
    return { ename: error.name, evalue: messageOf(error), traceback };
  }

  /** The execution count of the cell that the error went through last, if any. */
  cellOf(error: unknown): number | undefined {
    const [, executionCount] = (error instanceof Error && /\bcell-(\d+):\d+/.exec(error.stack ?? "")) || [];
    return executionCount === undefined ? undefined : Number(executionCount);
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

/** What Node puts before an error: a file and line, the text of the line, carets under the place. */
const excerpt = /^\S[^\n]*:\d+\n[^\n]*\n(?:[ \t^]*\n)+/;

function isForTheReader(line: string): boolean {
  if (!/^\s+at /.test(line)) return true;
  return !/node:|[\\/]node_modules[\\/](?!scratch-nn[\\/])|[\\/]jupyter[\\/]kernel[\\/]/.test(line);
}
