import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { FileError, messageOf } from "../errors";

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
    throw new FileError(path, `could not be written: ${messageOf(error)}`);
  }
}

/**
 * What a JSON file holds.
 * @param name what an error calls it.
 * @throws FileError if it cannot be read or is no JSON.
 */
export function readJson(path: string, name: string = path): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new FileError(name, `could not be read: ${messageOf(error)}`);
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
