import { FileError } from "../../errors";
import { formatShape, sameShape } from "../../tensor/shape";
import { parsePickle } from "../pickle/parsePickle";
import { type ArrayLayout, checkBytes, decodeArray } from "./decodeArray";
import { isNdArray, type NdArray } from "./NdArray";

const MAGIC = "\x93NUMPY";
/** NumPy's own limit is 10,000 characters. */
const MOST_HEADER = 10_000;
/** The dict of the header, as NumPy writes it: keys in order, and after it spaces and a line feed. */
const HEADER =
  /^\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \(((?:\d+L?, ?)*(?:\d+L?)?)\),? ?\}\s*$/;

/**
 * Parses NumPy's .npy format, versions 1.0 to 3.0: the magic bytes, the version, the length of the header (two bytes,
 * from 2.0 on four), the header, which is a Python dict of descr, fortran_order and shape, and the numbers. An array of
 * objects is a pickle, and read as `parsePickle` reads it: nothing is run.
 * Source: numpy.lib.format.
 * @param name what an error calls the file.
 * The format has no checksum: a number that changed on the way is read as it is. An archive, .npz, has one.
 * @throws FileError if it is another format, truncated, or of a dtype that is neither numbers nor objects.
 */
export function parseNpy(bytes: Uint8Array, name: string): NdArray {
  const { layout, end } = parseStart(bytes, name);
  const rest = bytes.subarray(end);
  if (!isObjects(layout)) {
    return { shape: layout.shape, dtype: layout.descr.slice(1), data: decodeArray(rest, layout, name) };
  }
  const objects = parsePickle(rest, name);
  if (!isNdArray(objects) || !sameShape(objects.shape, layout.shape)) {
    throw new FileError(name, `expected a pickled array ${formatShape(layout.shape)}, got another`);
  }
  return objects;
}

/**
 * Looks at the first bytes of a file that is still packed.
 * @throws FileError if they are no header, or not that of a file of so many bytes.
 */
export function checkNpyStart(bytes: Uint8Array, size: number, name: string): void {
  if (bytes.length === 0) return;
  const { layout, end } = parseStart(bytes, name);
  if (!isObjects(layout)) checkBytes(size - end, layout, name);
}

function isObjects({ descr }: ArrayLayout): boolean {
  return descr.endsWith("O");
}

/** The header, and where the numbers begin. */
function parseStart(bytes: Uint8Array, name: string): { readonly layout: ArrayLayout; readonly end: number } {
  const text = (start: number, end: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString("latin1");
  if (bytes.length < 12 || text(0, MAGIC.length) !== MAGIC) {
    throw new FileError(name, "expected a .npy file, beginning \\x93NUMPY, got something else");
  }
  const version = bytes[6];
  if (version < 1 || version > 3) throw new FileError(name, `expected .npy version 1 to 3, got ${version}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) {
    throw new FileError(name, `expected a header of ${end} bytes, got ${bytes.length} (truncated?)`);
  }
  return { layout: parseHeader(text(start, end), name), end };
}

function parseHeader(header: string, name: string): ArrayLayout {
  if (header.length > MOST_HEADER) {
    throw new FileError(name, `expected a header of at most ${MOST_HEADER} bytes, got ${header.length}`);
  }
  const [, descr, fortran, shape] = HEADER.exec(header) ?? [];
  if (descr === undefined || fortran === undefined || shape === undefined) {
    const came = header.trim().slice(0, 200);
    throw new FileError(name, `expected a header with descr, fortran_order and shape, got ${came}`);
  }
  const sides = shape.match(/\d+/g) ?? [];
  return { descr, fortran: fortran === "True", shape: sides.map(Number) };
}
