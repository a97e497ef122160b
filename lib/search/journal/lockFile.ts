import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { FileError } from "../../errors";

/** The locks this process has: a number may be given to a new process after its owner was killed. */
const held = new Set<string>();

/**
 * Keeps `path` for this process by a file `path.lock` that holds its number, and returns the function that gives it
 * back. One that a process left behind when it was killed is taken over.
 * @throws FileError if a living process (or this one) has it, or if the file cannot be made.
 */
export function lockFile(path: string): () => void {
  const lock = `${resolve(path)}.lock`;
  try {
    mkdirSync(dirname(lock), { recursive: true });
  } catch (error) {
    throw new FileError(lock, `could not be made: ${(error as Error).message}`);
  }
  for (let attempt = 0; ; attempt++) {
    try {
      make(lock);
      held.add(lock);
      return () => {
        held.delete(lock);
        rmSync(lock, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw new FileError(lock, `could not be made: ${(error as Error).message}`);
      }
    }
    const owner = ownerOf(lock);
    if (attempt > 0 || (owner === process.pid ? held.has(lock) : isAlive(owner))) {
      throw new FileError(
        path,
        `is in use by process ${owner}; wait until it has ended (if there is no such run, delete ${lock})`,
      );
    }
    removeStale(lock, owner);
  }
}

/** The lock appears with the number in it, never empty. */
function make(lock: string): void {
  const own = `${lock}.${process.pid}`;
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, lock);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes the lock of a dead owner away; one that another process has made in the meantime is put back. */
function removeStale(lock: string, owner: number): void {
  const stale = `${lock}.${process.pid}`;
  try {
    renameSync(lock, stale);
    if (ownerOf(stale) !== owner) linkSync(stale, lock);
  } catch {
    // Somebody was faster; the next attempt finds out who has it.
  } finally {
    rmSync(stale, { force: true });
  }
}

function ownerOf(lock: string): number {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    // Its owner has just ended.
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (!(Number.isInteger(pid) && pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
