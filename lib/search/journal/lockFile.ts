import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { FileError, messageOf } from "../../errors";
import { makeFolder } from "../../platform/files";
import { hasEnded, type LockOwner, newOwner, ownerInWords, parseOwner } from "./lockOwner";

/** A lock that this thread has. */
export interface Lock {
  /** @throws FileError if somebody has taken it away. */
  check(): void;
  /** Gives it back. */
  release(): void;
}

const key = Symbol.for("scratch-nn.locks");
const shared = globalThis as unknown as Record<symbol, Set<string> | undefined>;
/** The tokens of the locks that this thread has. They outlive a reload of the library, hence the global symbol. */
export const held: Set<string> = shared[key] ?? new Set();
shared[key] = held;

/** How long, in milliseconds, a lock may be empty: its owner writes into it as soon as it is made. */
const EMPTY_FOR = 1000;

/**
 * Keeps `path`, a real path, for this thread by a file `path.lock` that says who has it. One whose owner has ended, as
 * after a kill, is taken over. Works on every file system that can make a file only if there is none.
 * @throws FileError if somebody has it who may be alive, or if the file cannot be made.
 */
export function lockFile(path: string): Lock {
  const file = `${path}.lock`;
  const owner = newOwner();
  let emptySince: number | undefined;
  making(file, () => makeFolder(dirname(file)));
  while (!making(file, () => make(file, owner))) {
    const text = textOf(file);
    // Its owner has just given it back.
    if (text === undefined) continue;
    const other = parseOwner(text);
    if (other && !hasEnded(other, held)) {
      const problem = `is in use by ${ownerInWords(other)}; wait until it has ended`;
      throw new FileError(path, `${problem} (if there is no such run, delete ${file})`);
    }
    emptySince ??= performance.now();
    if (!other && performance.now() - emptySince < EMPTY_FOR) pause();
    else takeAway(file, text, owner);
  }
  held.add(owner.token);
  removeRemains(file);
  return {
    check() {
      const now = textOf(file);
      const other = now === undefined ? undefined : parseOwner(now);
      if (other?.token === owner.token) return;
      const taker = other ? ownerInWords(other) : "somebody";
      throw new FileError(path, `lost its lock ${file}, which ${taker} took away; nothing was written`);
    },
    release() {
      held.delete(owner.token);
      const text = textOf(file);
      if (text !== undefined && parseOwner(text)?.token === owner.token) rmSync(file, { force: true });
    },
  };
}

/** @throws FileError if the work throws. */
function making<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new FileError(file, `could not be made: ${messageOf(error)}`);
  }
}

/** Whether there was no lock and now is ours. */
function make(file: string, owner: LockOwner): boolean {
  let opened: number;
  try {
    opened = openSync(file, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeFileSync(opened, JSON.stringify(owner));
    fsyncSync(opened);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(opened);
  }
  return true;
}

/** Takes the lock of an owner that has ended away; one that another has made in the meantime is put back. */
function takeAway(file: string, text: string, { token }: LockOwner): void {
  const aside = `${file}.${token}`;
  try {
    renameSync(file, aside);
    const taken = readFileSync(aside, "utf8");
    if (taken !== text) writeFileSync(file, taken, { flag: "wx" });
  } catch {
    // Somebody was faster; the next attempt finds out who has it.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Removes what those have left who were killed while they took a lock. */
function removeRemains(file: string): void {
  const folder = dirname(file);
  const start = `${basename(file)}.`;
  for (const name of readdirSync(folder)) {
    const rest = name.startsWith(start) ? name.slice(start.length) : "";
    if (/^[0-9a-f-]+$/.test(rest)) rmSync(join(folder, name), { force: true });
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new FileError(file, `could not be read: ${messageOf(error)}`);
  }
}

/** Waits a little, without a turn of the event loop. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
}
