import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { FileError, messageOf } from "../errors";
import { readBytes } from "../platform/readFile";

/** What a file may have, unpacked, unless told otherwise. */
const MOST = 2 ** 30;
/** The last four bytes of a gzip file are its length unpacked, modulo 2^32. */
const TRAILER = 4;
/** As much as a byte of it can become, unpacked. */
const MOST_RATIO = 1032;

/**
 * Reads a file, unpacked if it is gzip. What decides is its first two bytes (1f 8b), not its name:
 * browsers and archive tools unpack a download now and then and leave the `.gz` on.
 * @param maxBytes what it may have, packed and unpacked. (default: 1 GiB)
 * @throws FileError if it cannot be read, is larger, or is a damaged gzip file.
 */
export function readUnpacked(path: string, maxBytes: number = MOST): Uint8Array {
  const name = basename(path);
  const bytes = readBytes(path, name, maxBytes);
  if (!isGzip(bytes)) return bytes;
  const length = bytes.length < TRAILER ? 0 : bytes.readUInt32LE(bytes.length - TRAILER);
  if (length > maxBytes && length <= MOST_RATIO * bytes.length) {
    throw tooMuch(name, maxBytes, `${length} (or a truncated file)`);
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw tooMuch(name, maxBytes, "more");
    throw new FileError(name, `expected a gzip file that unpacks, got: ${messageOf(error)}`);
  }
}

/** Whether a file begins as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function tooMuch(name: string, maxBytes: number, came: string): FileError {
  return new FileError(name, `expected at most ${maxBytes} bytes unpacked, got ${came}`);
}
