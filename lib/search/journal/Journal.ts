import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { FileError, messageOf } from "../../errors";
import { type Plain, samePlain } from "../../plain";
import { writeAtomically } from "../../platform/files";
import { outsideSpace, type Space } from "../space";
import type { Direction, Trial } from "../Trial";
import { lockFile } from "./lockFile";

/** The first line of a journal: everything but the objective's code that decides what its trials are. */
export interface JournalHeader {
  readonly format: "scratch-nn study 1";
  readonly name: string;
  readonly direction: Direction;
  readonly sampler: Readonly<Record<string, Plain>>;
  readonly setup: Plain;
  readonly space: Space;
}

interface Contents {
  readonly trials: readonly Trial[];
  /** Bytes up to the end of the last whole line. */
  readonly whole: number;
  /** Whether only the last line's end is missing. */
  readonly unended: boolean;
  readonly warning: string | undefined;
}

/**
 * A study on disk: JSON lines, the header first, then a line for every finished trial in the order in which they
 * ended. A line is appended by one write and flushed to disk, so that a crash at any moment loses no more than the
 * line being written; the next `open` removes what is left of that, with a warning, and touches no other line.
 * While it is open a file beside it, `….lock`, keeps other processes from writing to it.
 */
export class Journal {
  readonly path: string;
  readonly header: JournalHeader;

  constructor(path: string, header: JournalHeader) {
    this.path = path;
    this.header = JSON.parse(JSON.stringify(header)) as JournalHeader;
  }

  /** The finished trials, [] if there is no file yet; writes nothing. @throws FileError as `open`. */
  read(): readonly Trial[] {
    return this.#contents().trials;
  }

  /**
   * Makes the file, or repairs its end, and keeps it for this process until `close`.
   * @throws FileError if another process has it, if it is the journal of another study (says what differs), if a line
   * in it is damaged, or if it cannot be written. The file is then as it was.
   */
  open(onWarning?: (warning: string) => void): OpenJournal {
    const release = lockFile(this.path);
    let file: number | undefined;
    try {
      const { trials, whole, unended, warning } = this.#contents();
      if (whole === 0) writeAtomically(this.path, `${JSON.stringify(this.header)}\n`);
      const opened = writing(this.path, () => openSync(this.path, "a"));
      file = opened;
      if (warning !== undefined) {
        writing(this.path, () => ftruncateSync(opened, whole));
        onWarning?.(warning);
      }
      const append = lineWriter(this.path, opened);
      if (unended) append("");
      return {
        trials,
        append: (trial) => append(JSON.stringify(trial)),
        close: () => {
          closeSync(opened);
          release();
        },
      };
    } catch (error) {
      if (file !== undefined) closeSync(file);
      release();
      throw error;
    }
  }

  #contents(): Contents {
    const bytes = readIfThere(this.path);
    if (bytes === undefined) return { trials: [], whole: 0, unended: false, warning: undefined };
    const end = bytes.lastIndexOf(10) + 1;
    const lines = bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
    const rest = bytes.toString("utf8", end);
    const unended = rest !== "" && isJson(rest);
    if (unended) lines.push(rest);
    if (lines.length === 0 && rest !== "") throw this.#damaged(1, "no header");
    if (lines.length > 0) this.#checkHeader(lines[0]!);
    const trials: Trial[] = [];
    const numbers = new Set<number>();
    for (const [i, line] of lines.entries()) {
      if (i === 0) continue;
      const trial = this.#parse(line, i + 1);
      if (numbers.has(trial.number)) throw this.#damaged(i + 1, `trial ${trial.number} is there twice`);
      numbers.add(trial.number);
      trials.push(trial);
    }
    const warning =
      rest === "" || unended
        ? undefined
        : `${this.path}: line ${lines.length + 1} breaks off and was dropped, as after a crash; its trial runs again`;
    return { trials, whole: unended ? bytes.length : end, unended, warning };
  }

  #checkHeader(line: string): void {
    const found = isJson(line) ? (JSON.parse(line) as Partial<JournalHeader> | null) : null;
    if (typeof found?.format !== "string") throw this.#damaged(1, "no header");
    const wanted = this.header;
    const keys = Object.keys({ ...wanted, ...found }) as (keyof JournalHeader)[];
    for (const key of keys) {
      if (samePlain(found[key], wanted[key])) continue;
      const [written, asked] = difference(found[key], wanted[key], key);
      throw new FileError(
        this.path,
        `is the journal of another study: it has ${written}, this study ${asked}`,
      );
    }
  }

  #parse(line: string, number: number): Trial {
    const trial = isJson(line) ? (JSON.parse(line) as Partial<Trial> | null) : null;
    if (trial === null || typeof trial !== "object") throw this.#damaged(number, "no JSON object");
    if (!(Number.isSafeInteger(trial.number) && trial.number! >= 0)) {
      throw this.#damaged(number, `number must be a whole number ≥ 0, got ${trial.number}`);
    }
    const outside = outsideSpace(this.header.space, trial.params);
    if (outside !== undefined) throw this.#damaged(number, outside);
    if (trial.value !== null && typeof trial.value !== "number") {
      throw this.#damaged(number, `value must be a number or null, got ${String(trial.value)}`);
    }
    return trial as Trial;
  }

  #damaged(line: number, problem: string): FileError {
    return new FileError(this.path, `line ${line} is damaged (${problem}); mend or remove it by hand`);
  }
}

export interface OpenJournal {
  /** Those that were finished before. */
  readonly trials: readonly Trial[];
  /** Adds a line and flushes it to disk. @throws FileError if it cannot; the file is then as it was. */
  append(trial: Trial): void;
  close(): void;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new FileError(path, `could not be read: ${message}`);
  }
}

/** Appends lines to a file that nobody else may write to. */
function lineWriter(path: string, file: number): (line: string) => void {
  let size = fstatSync(file).size;
  return (line) => {
    const found = fstatSync(file).size;
    if (found !== size) {
      throw new FileError(path, `was written to by somebody else: expected ${size} bytes, got ${found}`);
    }
    writing(path, () => {
      try {
        writeFileSync(file, `${line}\n`);
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
    });
    size = fstatSync(file).size;
  };
}

/** @throws FileError if the work throws. */
function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new FileError(path, `could not be written: ${messageOf(error)}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The smallest part of two plain values that differs, written down: [`sampler.seed 1`, `sampler.seed 2`]. */
function difference(a: unknown, b: unknown, name: string): [string, string] {
  const nested = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (nested(a) && nested(b)) {
    const key = Object.keys({ ...a, ...b }).find((key) => !samePlain(a[key], b[key]));
    if (key !== undefined) return difference(a[key], b[key], `${name}.${key}`);
  }
  const say = (value: unknown): string =>
    value === undefined ? `no ${name}` : `${name} ${JSON.stringify(value)}`;
  return [say(a), say(b)];
}
