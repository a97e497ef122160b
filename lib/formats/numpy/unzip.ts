import { constants, inflateRawSync } from "node:zlib";
import { inWords } from "../../checks";
import { FileError, messageOf } from "../../errors";
import { crc32 } from "../crc32";

/** What the central directory says of a file in the archive. */
interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header is. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const DIRECTORY = 0x02014b50;
const DIRECTORY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** How much of a packed file is unpacked to see how it begins: more than the longest header. */
const FIRST_BYTES = 2 ** 14;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** Stands in a field whose number is in a zip64 record. */
const ZIP64 = 0xffffffff;

/**
 * The named files of a zip archive, unpacked, their sizes and checksums (CRC-32) checked.
 * Source: PKWARE, APPNOTE.TXT, sections 4.3 and 4.4.
 * @param names the files to unpack; all of them have to be there, once.
 * @param name what an error calls the archive.
 * @param maxBytes what they may have together, unpacked.
 * @param checkStart looks at how a file begins, told its size and its name in errors, before all of it is unpacked.
 * @throws FileError if it is no zip archive, damaged, encrypted, packed by another method than deflate, in zip64 beyond
 * 4 GB, or larger than `maxBytes`; nothing is unpacked then.
 */
export function unzip(
  bytes: Uint8Array,
  names: readonly string[],
  name: string,
  maxBytes: number,
  checkStart: (start: Uint8Array, size: number, name: string) => void,
): Map<string, Uint8Array> {
  const entries = readDirectory(bytes, name);
  const missing = names.filter((file) => !entries.has(file));
  if (missing.length > 0) {
    throw new FileError(name, `expected ${names.join(", ")} in it, got no ${missing.join(", no ")}`);
  }
  const chosen = names.map((file) => [file, entries.get(file)!] as const);
  const size = chosen.reduce((sum, [, entry]) => sum + entry.size, 0);
  if (size > maxBytes) {
    throw new FileError(name, `expected at most ${maxBytes} bytes unpacked, got ${size}`);
  }
  const packed = chosen.map(([file, entry]) => {
    const data = locate(bytes, entry, file, `${name}/${file}`);
    checkStart(firstOf(data, entry.method), entry.size, `${name}/${file}`);
    return [file, entry, data] as const;
  });
  return new Map(packed.map(([file, entry, data]) => [file, unpack(data, entry, `${name}/${file}`)]));
}

function readDirectory(bytes: Uint8Array, name: string): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) {
    throw damaged(name, "a file without the directory of an archive (truncated?)");
  }
  const [disks, count, length, start] = [
    view.getUint32(end + 4, true),
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (start === ZIP64) throw damaged(name, "zip64, an archive beyond 4 GB");
  if (disks !== 0 || view.getUint16(end + 8, true) !== count || start + length !== end) {
    throw damaged(name, "a directory in another place than at the end");
  }
  const entries = new Map<string, Entry>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + DIRECTORY_BYTES > end || view.getUint32(at, true) !== DIRECTORY) {
      throw damaged(name, `a directory of ${count} files that ends after ${i}`);
    }
    const nameEnd = at + DIRECTORY_BYTES + view.getUint16(at + 28, true);
    if (nameEnd > end) throw damaged(name, `a directory of ${count} files that ends after ${i}`);
    const file = text(bytes, at + DIRECTORY_BYTES, nameEnd);
    if (entries.has(file)) throw damaged(name, `${inWords(file)} twice`);
    entries.set(file, {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at !== end) throw damaged(name, "a directory that goes on after its last file");
  return entries;
}

/** Where the record is that ends the archive, with nothing after it but its comment. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

/** The bytes of a file as they are packed. */
function locate(bytes: Uint8Array, entry: Entry, file: string, name: string): Uint8Array {
  const { flags, method, packed, size, offset } = entry;
  if (flags & ENCRYPTED) throw damaged(name, "an encrypted file");
  if (method !== STORED && method !== DEFLATED) {
    throw damaged(name, `method ${method}, neither stored nor deflated`);
  }
  if (packed === ZIP64 || size === ZIP64 || offset === ZIP64) {
    throw damaged(name, "zip64, a file beyond 4 GB");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nameStart = offset + LOCAL_BYTES;
  const nameEnd = nameStart <= bytes.length ? nameStart + view.getUint16(offset + 26, true) : nameStart;
  const start = nameEnd <= bytes.length ? nameEnd + view.getUint16(offset + 28, true) : nameEnd;
  if (
    start + packed > bytes.length ||
    view.getUint32(offset, true) !== LOCAL ||
    text(bytes, nameStart, nameEnd) !== file
  ) {
    throw damaged(name, "another place for the file than the directory of the archive has");
  }
  return bytes.subarray(start, start + packed);
}

/** What a file begins with; nothing if it does not unpack, as `unpack` will tell. */
function firstOf(data: Uint8Array, method: number): Uint8Array {
  const first = data.subarray(0, FIRST_BYTES);
  if (method === STORED) return first;
  try {
    return inflateRawSync(first, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

function unpack(data: Uint8Array, { method, size, crc }: Entry, name: string): Uint8Array {
  const content = method === STORED ? data : inflate(data, size, name);
  const checksum = crc32(content);
  if (content.length !== size) throw new FileError(name, `expected ${size} bytes, got ${content.length}`);
  if (checksum !== crc) {
    const [expected, got] = [crc, checksum].map((sum) => sum.toString(16).padStart(8, "0"));
    throw new FileError(
      name,
      `expected the checksum ${expected}, got ${got}: the file is damaged; get it anew`,
    );
  }
  return content;
}

function inflate(data: Uint8Array, size: number, name: string): Uint8Array {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw damaged(name, `${messageOf(error)}, where ${size} bytes were packed`);
  }
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

function damaged(name: string, came: string): FileError {
  return new FileError(name, `expected a .npz file (a zip archive) that unpacks, got: ${came}`);
}
