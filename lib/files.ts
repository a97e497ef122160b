import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FileError } from "./errors";

/**
 * Writes a whole file or leaves the old one as it was: the content goes to a temporary file in the same
 * folder, is flushed to disk and renamed over the old one. Missing folders are made.
 * @throws FileError naming the path if it cannot be written.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, "w");
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    remove(temporary);
    throw new FileError(
      path,
      `could not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Tidies up after an error, which an error of its own must not hide. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It could not be made in the first place.
  }
}
