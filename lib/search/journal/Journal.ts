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
import { differences, type Plain, samePlain } from "../../plain";
import { writeAtomically } from "../../platform/files";
import { outsideSpace, type Space } from "../space";
import type { Direction, Trial } from "../Trial";
import { parseLine, toLine } from "./journalLine";
import { type Lock, lockFile } from "./lockFile";
import { realPath } from "./realPath";

/** The first line of a journal: everything but the objective's code that decides what its trials are. */
export interface JournalHeader {
  /** What a journal is known by. */
  readonly format: "scratch-nn study 1";
  /** The study's name. */
  readonly name: string;
  /** Whether the value of a trial is to be large or small. */
  readonly direction: Direction;
  /** The sampler's name and options. */
  readonly sampler: Readonly<Record<string, Plain>>;
  /** What else decides the trials, as the study's options tell it. */
  readonly setup: Plain;
  /** What is searched. */
  readonly space: Space;
  /** The options of an objective that is a module, if it has any; journals of earlier versions do not tell them. */
  readonly objective?: Plain;
}

interface Contents {
  readonly trials: readonly Trial[];
  /** Bytes up to the end of the last whole line. */
  readonly whole: number;
  /** Whether only the last line's end is missing. */
  readonly unended: boolean;
  readonly warning: string | undefined;
}

/** What a line of a trial may hold. */
const KEYS = ["number", "params", "budget", "value", "error", "metrics", "curves", "numerics"];

/**
 * A study on disk: JSON lines, the header first, then a line for every finished trial in the order in which they
 * ended, each with a checksum. A line is appended by one write and flushed to disk, so that a crash at any moment loses
 * no more than the line being written; the next `open` removes what is left of that, with a warning, and touches no
 * other line. A later line of the same number takes the place of a trial that failed. While it is open a file beside
 * it, `….lock`, keeps others from writing to it.
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
   * Makes the file, or repairs its end, and keeps it for this thread until `close`.
   * @throws FileError if somebody else has it, if it is the journal of another study (says what differs), if a line
   * in it is damaged, or if it cannot be written. The file is then as it was.
   */
  open(onWarning?: (warning: string) => void): OpenJournal {
    const real = realPath(this.path);
    const lock = lockFile(real);
    let file: number | undefined;
    try {
      const { trials, whole, unended, warning } = this.#contents();
      if (whole === 0) writeAtomically(real, `${JSON.stringify(this.header)}\n`);
      const opened = writing(this.path, () => openSync(real, "a"));
      file = opened;
      if (warning !== undefined) {
        writing(this.path, () => ftruncateSync(opened, whole));
        onWarning?.(warning);
      }
      const append = lineWriter(this.path, opened, lock);
      if (unended) append("");
      return {
        trials,
        append: (trial) => append(toLine(trial)),
        close: () => {
          closeSync(opened);
          lock.release();
        },
      };
    } catch (error) {
      if (file !== undefined) closeSync(file);
      lock.release();
      throw error;
    }
  }

  #contents(): Contents {
    const bytes = readIfThere(this.path);
    if (bytes === undefined) return { trials: [], whole: 0, unended: false, warning: undefined };
    const end = bytes.lastIndexOf(10) + 1;
    // `trim` removes a byte order mark too.
    const lines = bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
    const rest = bytes.toString("utf8", end);
    const unended = rest.trim() !== "" && typeof parseLine(rest.trim()) === "object";
    if (unended) lines.push(rest);
    const numbered = lines.map((line, i) => ({ line: line.trim(), at: i + 1 }));
    const [header, ...others] = numbered.filter(({ line }) => line !== "");
    if (header) this.#checkHeader(header.line, header.at);
    else if (rest.trim() !== "") throw this.#damaged(1, "no header");
    const trials = new Map<number, Trial>();
    for (const { line, at } of others) {
      const trial = this.#parse(line, at);
      const before = trials.get(trial.number);
      if (before && !samePlain(before, trial)) this.#checkAgain(before, trial, at);
      trials.set(trial.number, trial);
    }
    const broken = rest.trim() !== "" && !unended;
    const warning = broken
      ? `${this.path}: line ${lines.length + 1} breaks off and was dropped, as after a crash; its trial runs again`
      : undefined;
    const whole = header === undefined ? 0 : unended ? bytes.length : end;
    return { trials: [...trials.values()], whole, unended, warning };
  }

  #checkHeader(line: string, at: number): void {
    const found = parseLine(line);
    if (typeof found === "string" || typeof found.format !== "string") throw this.#damaged(at, "no header");
    const { objective, ...header } = this.header;
    const expected = found.objective === undefined ? header : this.header;
    const different = differences(expected, found);
    const order = Object.keys(header.space).join(", ");
    if (different.length === 0 && Object.keys(found.space as Space).join(", ") !== order) {
      // A sampler draws one dimension after the other.
      different.push(
        `space must be in the order ${order}, got ${Object.keys(found.space as Space).join(", ")}`,
      );
    }
    if (different.length === 0) return;
    const list = different.slice(0, 5).join("; ");
    throw new FileError(
      this.path,
      `is the journal of another study: ${list}; name another file to begin anew`,
    );
  }

  #parse(line: string, at: number): Trial {
    const found = parseLine(line);
    if (typeof found === "string") throw this.#damaged(at, found);
    const trial = found as Partial<Record<keyof Trial, unknown>>;
    const stranger = Object.keys(found).find((key) => !KEYS.includes(key));
    if (stranger !== undefined) throw this.#damaged(at, `a trial has no ${JSON.stringify(stranger)}`);
    if (!(Number.isSafeInteger(trial.number) && Number(trial.number) >= 0)) {
      throw this.#damaged(at, `number must be a whole number ≥ 0, got ${String(trial.number)}`);
    }
    const outside = outsideSpace(this.header.space, trial.params);
    if (outside !== undefined) throw this.#damaged(at, outside);
    if (trial.value !== null && typeof trial.value !== "number") {
      throw this.#damaged(at, `value must be a number or null, got ${String(trial.value)}`);
    }
    return found as unknown as Trial;
  }

  /** A trial that is there again takes the place of one that failed, if it is the same trial. */
  #checkAgain(before: Trial, trial: Trial, at: number): void {
    if (before.value !== null) throw this.#damaged(at, `trial ${trial.number} is there twice, and differs`);
    const different = differences(before.params, trial.params, "params");
    different.push(...differences(before.budget, trial.budget, "budget"));
    if (different.length > 0) throw this.#damaged(at, `of trial ${trial.number} ${different.join("; ")}`);
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
function lineWriter(path: string, file: number, lock: Lock): (line: string) => void {
  let size = fstatSync(file).size;
  return (line) => {
    lock.check();
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
