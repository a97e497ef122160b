import { inWords } from "../../checks";
import { ArgumentError, FileError, ShapeError } from "../../errors";
import { formatShape, sizeOf } from "../../tensor/shape";
import { crc32 } from "../crc32";
import { headerProblem } from "./headerProblem";

/** A tensor as a safetensors file holds it; `data` may be a view, also of a SharedArrayBuffer. */
export interface StoredTensor {
  readonly dtype: "float32" | "float64";
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export interface Safetensors {
  readonly tensors: Map<string, StoredTensor>;
  /** Free text about the file; {} if it has none. */
  readonly metadata: Record<string, string>;
}

/** What the header says of one tensor; offsets count from the end of the header. */
interface Entry {
  readonly dtype: "F32" | "F64";
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const METADATA = "__metadata__";
/** More than any tensor has, so that an error can write the shape down. */
const MAX_AXES = 64;
const CHECKSUM = "scratch-nn.crc32";
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000;
const BYTES = { F32: 4, F64: 8 } as const;
const utf8 = new TextEncoder();

type Tensors = ReadonlyMap<string, StoredTensor> | Readonly<Record<string, StoredTensor>>;

/**
 * Writes tensors in the safetensors format: the length of the header (64-bit little-endian), the header
 * (JSON: name → dtype, shape, data_offsets; padded with spaces to a multiple of 8), then the numbers without gaps.
 * Float64 comes before float32, then names in byte order, as the reference implementation has it;
 * so every tensor is aligned, and the same tensors and metadata give the same bytes.
 * Source: https://huggingface.co/docs/safetensors
 * @throws ShapeError if a tensor's shape, dtype and data disagree; ArgumentError for a name that cannot be stored.
 */
export function encodeSafetensors(
  tensors: Tensors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = layOut(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/**
 * The metadata, and with them the checksum of everything, which the format has none of; `decodeSafetensors` checks it
 * where it is. It is that of the file without it (CRC-32), so another program may order or pad the header otherwise.
 */
export function withChecksum(
  tensors: Tensors,
  metadata: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...metadata, [CHECKSUM]: checksumOf(tensors, metadata) };
}

function checksumOf(tensors: Tensors, metadata: Readonly<Record<string, string>>): string {
  const sum = layOut(tensors, metadata).reduce((before, part) => crc32(part, before), 0);
  return sum.toString(16).padStart(8, "0");
}

/** The parts of a file: the header with its length, then the numbers of each tensor. */
function layOut(tensors: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const stored = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  for (const [name, tensor] of stored) checkTensor(name, tensor);
  stored.sort(byDtypeThenName);

  const header: [string, unknown][] = [];
  const texts = Object.entries(metadata).sort(([a], [b]) => inByteOrder(a, b));
  for (const [key, text] of texts) checkText(key, text);
  if (texts.length > 0) header.push([METADATA, Object.fromEntries(texts)]);
  let end = 0;
  for (const [name, { dtype, shape, data }] of stored) {
    const start = end;
    end += data.byteLength;
    header.push([name, { dtype: dtype === "float64" ? "F64" : "F32", shape, data_offsets: [start, end] }]);
  }
  const entries = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = utf8.encode(`{${entries.join(",")}}`);
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (headerLength > MAX_HEADER) {
    const problem = `names and metadata must fit into a header of ${MAX_HEADER} bytes, got ${headerLength}`;
    throw new ArgumentError("encodeSafetensors", problem);
  }
  const head = new Uint8Array(LENGTH_BYTES + headerLength).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.set(json, LENGTH_BYTES);
  return [
    head,
    ...stored.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/**
 * Reads a safetensors file. The tensors are copies: they do not keep `bytes` alive, and its alignment is free.
 * @param name what an error calls the file.
 * @throws FileError if anything disagrees with the format or with the checksum, where there is one, or a tensor is
 * neither F32 nor F64.
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const start = LENGTH_BYTES + headerLengthOf(bytes, name);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start), name);
  const { [CHECKSUM]: checksum, ...metadata } = checkMetadata(header[METADATA], name);
  const entries = Object.entries(header)
    .filter(([key]) => key !== METADATA)
    .map(([key, value]): [string, Entry] => [key, checkEntry(key, value, name)]);
  checkOffsets(entries, bytes.length - start, name);

  const tensors = new Map<string, StoredTensor>();
  for (const [key, { dtype, shape, data_offsets }] of entries) {
    const { buffer } = new Uint8Array(bytes.subarray(start + data_offsets[0], start + data_offsets[1]));
    tensors.set(
      key,
      dtype === "F64"
        ? { dtype: "float64", shape, data: new Float64Array(buffer) }
        : { dtype: "float32", shape, data: new Float32Array(buffer) },
    );
  }
  if (checksum !== undefined) checkChecksum(checksum, checksumOf(tensors, metadata), name);
  return { tensors, metadata };
}

function checkChecksum(expected: string, got: string, name: string): void {
  if (got === expected) return;
  const problem = `expected the checksum ${expected.slice(0, 20)}, got ${got}: the file has changed since it was written`;
  throw new FileError(name, problem);
}

function checkTensor(name: string, { dtype, shape, data }: StoredTensor): void {
  const where = "encodeSafetensors";
  checkText(name, name);
  if (name === METADATA) throw new ArgumentError(where, `a tensor cannot be called ${METADATA}`);
  const array = dtype === "float64" ? Float64Array : Float32Array;
  if (!(data instanceof array)) {
    throw new ShapeError(
      where,
      `"${name}" is ${dtype}: data must be ${array.name}, got ${inWords(data).replace(/^an? /, "")}`,
    );
  }
  if (!areSizes(shape) || sizeOf(shape) !== data.length) {
    throw new ShapeError(where, `"${name}" must hold ${formatShape(shape)} numbers, got ${data.length}`);
  }
}

function checkText(key: string, text: string): void {
  if (typeof text !== "string" || /\p{Surrogate}/u.test(key + text)) {
    throw new ArgumentError(
      "encodeSafetensors",
      `names and metadata must be Unicode text, got ${brief(text)}`,
    );
  }
}

function byDtypeThenName([a, x]: [string, StoredTensor], [b, y]: [string, StoredTensor]): number {
  if (x.dtype !== y.dtype) return x.dtype === "float64" ? -1 : 1;
  return inByteOrder(a, b);
}

/** Negative if the UTF-8 bytes of a come before those of b. */
function inByteOrder(a: string, b: string): number {
  const [x, y] = [utf8.encode(a), utf8.encode(b)];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? x.length - y.length : x[at] - (y[at] ?? -1);
}

function headerLengthOf(bytes: Uint8Array, name: string): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new FileError(name, `expected at least ${LENGTH_BYTES} bytes, got ${bytes.length} (truncated?)`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  if (length > MAX_HEADER) {
    const problem = `expected a header of at most ${MAX_HEADER} bytes, got ${length} (not a safetensors file?)`;
    throw new FileError(name, problem);
  }
  if (LENGTH_BYTES + length > bytes.length) {
    const rest = bytes.length - LENGTH_BYTES;
    throw new FileError(name, `expected a header of ${length} bytes, got ${rest} (truncated?)`);
  }
  return length;
}

function parseHeader(bytes: Uint8Array, name: string): Record<string, unknown> {
  let text: string;
  let header: unknown;
  let problem: string | undefined;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
    problem = headerProblem(text);
    header = problem ?? JSON.parse(text);
  } catch {
    throw new FileError(name, "expected a header in JSON, got something else (not a safetensors file?)");
  }
  if (problem !== undefined) throw new FileError(name, problem);
  if (!isObject(header) || !text.startsWith("{")) {
    throw new FileError(name, `expected a header that is a JSON object, got ${text.slice(0, 20)}`);
  }
  return header;
}

function checkMetadata(value: unknown, name: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw new FileError(name, `expected ${METADATA} to map names to text, got ${brief(value)}`);
  }
  return value as Record<string, string>;
}

function checkEntry(key: string, value: unknown, name: string): Entry {
  const where = placeOf(name, key);
  if (!isObject(value))
    throw new FileError(where, `expected dtype, shape, data_offsets, got ${brief(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== "F32" && dtype !== "F64") {
    throw new FileError(where, `expected dtype F32 or F64, got ${brief(dtype)}`);
  }
  if (!areSizes(shape) || shape.length > MAX_AXES)
    throw new FileError(where, `expected a shape of integers, got ${brief(shape)}`);
  if (!areSizes(offsets) || offsets.length !== 2 || offsets[1] < offsets[0]) {
    throw new FileError(where, `expected data_offsets [begin, end], got ${brief(offsets)}`);
  }
  const [expected, got] = [sizeOf(shape) * BYTES[dtype], offsets[1] - offsets[0]];
  if (got !== expected) {
    throw new FileError(where, `expected ${expected} bytes for ${dtype} ${formatShape(shape)}, got ${got}`);
  }
  return { dtype, shape, data_offsets: [offsets[0], offsets[1]] };
}

/** The tensors must cover the rest of the file, one after the other. */
function checkOffsets(entries: readonly [string, Entry][], length: number, name: string): void {
  const inOrder = entries
    .map(
      ([
        key,
        {
          data_offsets: [begin, end],
        },
      ]) => ({ key, begin, end }),
    )
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { key, begin, end } of inOrder) {
    if (begin !== position) {
      const kind = begin < position ? "overlap" : "gap";
      throw new FileError(placeOf(name, key), `expected data from byte ${position}, got ${begin} (${kind})`);
    }
    position = end;
  }
  if (position !== length) {
    const guess = position > length ? "truncated?" : "bytes after the end";
    throw new FileError(name, `expected ${position} bytes of data, got ${length} (${guess})`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

function placeOf(file: string, tensor: string): string {
  return `${file}, tensor "${tensor.slice(0, 100)}"`;
}

/** A value of the header, short enough for an error. */
function brief(value: unknown): string {
  const json = JSON.stringify(value) ?? "undefined";
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
}
