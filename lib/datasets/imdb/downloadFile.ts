import { createHash } from "node:crypto";
import { FileError } from "../../errors";
import { writeAtomically } from "../../platform/files";
import type { PublishedFile } from "./imdbFiles";

/** How a download goes. */
export interface DownloadOptions {
  /** Told how many bytes have come, after each piece. */
  readonly onProgress?: (bytes: number) => void;
  /** Ends it; nothing is written then. */
  readonly signal?: AbortSignal;
}

/**
 * Downloads a file whose checksum is known, and writes it as a whole or not at all.
 * @throws FileError if the server cannot be reached, answers otherwise, or sends another file; it says where the file
 * would have come from, its size and checksum, and where to put it by hand.
 */
export async function downloadFile(
  file: PublishedFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const pieces: Uint8Array[] = [];
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const response = await fetch(file.url, { signal: options.signal });
    if (!response.ok || response.body === null) {
      throw new Error(`status ${response.status} ${response.statusText}`.trimEnd());
    }
    for await (const piece of response.body as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > file.bytes) throw new Error(`more than ${file.bytes} bytes`);
      pieces.push(piece);
      hash.update(piece);
      options.onProgress?.(bytes);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw refused(file, path, reason(error));
  }
  const sha256 = hash.digest("hex");
  if (sha256 !== file.sha256) throw refused(file, path, `${bytes} bytes with sha256 ${sha256}`);
  writeAtomically(path, Buffer.concat(pieces));
}

function refused(file: PublishedFile, path: string, came: string): FileError {
  const expected = `${file.bytes} bytes with sha256 ${file.sha256} from ${file.url}`;
  return new FileError(
    file.name,
    `expected ${expected}, got: ${came}. Put the file there yourself, from any computer that is online: ${path}`,
  );
}

/** What fetch says is "fetch failed"; why is in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ("code" in cause ? String(cause.code) : error.message);
}
