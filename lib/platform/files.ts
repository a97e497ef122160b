import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FileError, messageOf } from "../errors";
import { isAlive } from "./isAlive";

const WRITE_BITS = 0o222;
const MODE_BITS = 0o7777;
/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Writes a whole file or leaves the old one as it was: the content goes to a temporary file in the same folder, is
 * flushed to disk and renamed over the old one. Missing folders are made. A symbolic link stays, and what it leads to
 * is written; the mode of the old file is kept, and its owner where that is allowed. Several may write at once: the
 * file is then the last one's. The next to write a file removes what a killed process left of its temporary one.
 * @throws FileError naming the path if it cannot be written, is write-protected (for root too), or is no regular file.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  let temporary: string | undefined;
  try {
    const target = followLinks(path);
    const old = statSync(target, { throwIfNoEntry: false });
    if (old !== undefined) checkWritable(target, old);
    makeFolder(dirname(target));
    removeLeftovers(target);
    temporary = `${temporaryStem(target)}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
    const file = openSync(temporary, "wx", old === undefined ? 0o666 : 0o600);
    try {
      writeFileSync(file, content);
      if (old !== undefined) takeOver(file, old);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
    flushFolder(dirname(target));
  } catch (error) {
    if (temporary !== undefined) ignoringErrors(() => rmSync(temporary!, { force: true }));
    throw new FileError(path, `could not be written: ${messageOf(error)}`);
  }
}

/**
 * Makes a folder, and those it lies in, where they are missing. One by one: with `recursive` Node.js never returns where
 * the system refuses with ENOENT, as below /proc.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
}

/** Where a symbolic link leads to, also if nothing is there yet; any other path as it is. */
function followLinks(path: string): string {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    let next: string;
    try {
      next = readlinkSync(at);
    } catch {
      return at;
    }
    at = resolve(realpathSync(dirname(at)), next);
  }
  throw new Error("ELOOP: too many symbolic links");
}

/** Root may write whatever it likes, so the mode is asked too. */
function checkWritable(path: string, stats: Stats): void {
  if (stats.isDirectory()) throw new Error("EISDIR: it is a folder");
  if (!stats.isFile()) throw new Error("it is a device, a pipe or a socket, not a regular file");
  if ((stats.mode & WRITE_BITS) === 0) throw new Error("EACCES: it is write-protected");
  accessSync(path, constants.W_OK);
}

/** Gives a new file the owner of an old one, where that is allowed, and its mode. */
function takeOver(file: number, old: Stats): void {
  const { uid, gid } = fstatSync(file);
  if (uid !== old.uid || gid !== old.gid) ignoringErrors(() => fchownSync(file, old.uid, old.gid));
  fchmodSync(file, old.mode & MODE_BITS);
}

/** What the names of a file's temporary ones begin with; short enough for what comes after it. */
function temporaryStem(target: string): string {
  return join(dirname(target), basename(target).slice(0, 50));
}

/** Removes the temporary files of processes that are dead. */
function removeLeftovers(target: string): void {
  const stem = `${basename(temporaryStem(target))}.`;
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(stem)) continue;
    const pid = /^(\d+)(\.[0-9a-f]{8})?\.tmp$/.exec(name.slice(stem.length))?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    ignoringErrors(() => rmSync(join(dirname(target), name), { force: true }));
  }
}

/** Makes the new name last; where a folder cannot be opened (Windows), the system does so in its own time. */
function flushFolder(folder: string): void {
  ignoringErrors(() => {
    const opened = openSync(folder, "r");
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  });
}

/** For what is good to have: its failure must not hide or make another. */
function ignoringErrors(work: () => void): void {
  try {
    work();
  } catch {
    // It stays undone.
  }
}
