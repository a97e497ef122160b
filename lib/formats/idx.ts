import { FileError } from "../errors";
import { sizeOf } from "../tensor/shape";

/** The contents of an idx file of unsigned bytes. */
export interface Idx {
  readonly shape: readonly number[];
  /** product(shape) bytes, last dimension fastest; a view of the bytes parsed. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const MOST_AXES = 64;

/**
 * Parses the idx format of the MNIST files, without copying:
 * two zero bytes, the type of the numbers (0x08: unsigned byte), the number of dimensions,
 * the dimensions as 32-bit big-endian integers, then the numbers.
 * Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits, "File formats".
 * @param name what an error calls the file.
 * @throws FileError if it is not idx, holds another type, or is longer or shorter than its header says.
 */
export function parseIdx(bytes: Uint8Array, name: string): Idx {
  if (bytes.length < 4) {
    throw new FileError(name, `expected a header of at least 8 bytes, got ${bytes.length} (truncated?)`);
  }
  const [zero0, zero1, type, dimensions] = bytes;
  if (zero0 !== 0 || zero1 !== 0 || dimensions === 0) {
    const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new FileError(name, `expected an idx file, beginning 00 00 08, got ${magic}`);
  }
  if (type !== UNSIGNED_BYTE) {
    throw new FileError(
      name,
      `expected unsigned bytes (type 0x08), got type 0x${type.toString(16).padStart(2, "0")}`,
    );
  }
  if (dimensions > MOST_AXES) {
    throw new FileError(name, `expected at most ${MOST_AXES} dimensions, got ${dimensions}`);
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    const problem = `expected a header of ${start} bytes (${dimensions} dimensions), got ${bytes.length}`;
    throw new FileError(name, `${problem} (truncated?)`);
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: dimensions }, (_, axis) => header.getUint32(4 + 4 * axis));
  const expected = sizeOf(shape) + start;
  if (bytes.length !== expected) {
    const guess = bytes.length < expected ? "truncated?" : "bytes after the end";
    throw new FileError(name, `expected ${expected} bytes, got ${bytes.length} (${guess})`);
  }
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, expected - start) };
}
