import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { FileError, messageOf } from "../errors";

/**
 * Reads a file, unpacked if it is gzip. What decides is its first two bytes (1f 8b), not its name:
 * browsers and archive tools unpack a download now and then and leave the `.gz` on.
 * @throws FileError if it cannot be read, or is a damaged gzip file.
 */
export function readUnpacked(path: string): Uint8Array {
  const name = basename(path);
  const bytes = attempt(name, "expected a readable file", () => readFileSync(path));
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return attempt(name, "expected a gzip file that unpacks", () => gunzipSync(bytes));
}

function attempt(name: string, wanted: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    const reason = messageOf(error);
    throw new FileError(name, `${wanted}, got: ${reason}`);
  }
}
