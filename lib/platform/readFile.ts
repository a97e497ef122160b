import { readFileSync, statSync } from "node:fs";
import { FileError, messageOf } from "../errors";

/** What a file may have, in bytes, unless told otherwise: 1 GiB, of text an eighth of it. */
const MOST_BYTES = 2 ** 30;
const MOST_TEXT = 2 ** 27;
const MOST_DEPTH = 1000;

/**
 * A whole regular file.
 * @param name what an error calls it.
 * @throws FileError if it cannot be read, is a device or a pipe, or has more than `maxBytes`.
 */
export function readBytes(path: string, name: string = path, maxBytes: number = MOST_BYTES): Buffer {
  return attempt(name, "a readable file", () => {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) throw new Error("a device, a pipe or a socket");
    if (stats.size > maxBytes) throw new Error(`${stats.size} bytes, more than ${maxBytes}`);
    return readFileSync(path);
  });
}

/**
 * A whole text file in UTF-8, without the mark of the order of bytes that Windows puts first.
 * @param name what an error calls it.
 * @throws FileError as `readBytes`, or if it is no UTF-8.
 */
export function readText(path: string, name: string = path, maxBytes: number = MOST_TEXT): string {
  return decodeText(readBytes(path, name, maxBytes), name);
}

/** @throws FileError if the bytes are no UTF-8. */
function decodeText(bytes: Uint8Array, name: string): string {
  const wide = inUtf16(bytes);
  if (wide) throw new FileError(name, "expected text in UTF-8, got UTF-16; save it as UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(name, "expected text in UTF-8, got other bytes (packed, or in another encoding?)");
  }
}

/** Whether a text begins with the mark of UTF-16. */
export function inUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/**
 * What a JSON file holds.
 * @param name what an error calls it.
 * @throws FileError as `readText`, or if it is no JSON.
 */
export function readJson(path: string, name: string = path, maxBytes: number = MOST_TEXT): unknown {
  return parseJson(readText(path, name, maxBytes), name, "JSON");
}

/**
 * What a JSON text holds.
 * @param expected what an error says that it should be.
 * @throws FileError if it is no JSON, or lists and objects lie deeper in one another than recursion reaches.
 */
export function parseJson(text: string, name: string, expected: string): unknown {
  const value = attempt(name, expected, () => JSON.parse(text));
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH)
      throw new FileError(name, `expected ${expected}, got more than ${MOST_DEPTH} levels`);
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return value;
}

function attempt<T>(name: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FileError(name, `expected ${expected}, got: ${messageOf(error)}`);
  }
}
