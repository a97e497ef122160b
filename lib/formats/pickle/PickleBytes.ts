import { BufferReader } from "pickleparser";

const STRING = 0x53;
const UNICODE = 0x56;
const LONG1 = 0x8a;
const LONG4 = 0x8b;

/**
 * The bytes of a pickle as Python reads them, where pickleparser's own reader differs: strings of Python 2 are latin1,
 * lines of protocol 0 hold escapes, a length is never negative, and a long that JavaScript or the parser cannot hold is
 * an error.
 * Source: Python's Lib/pickletools.py.
 */
export class PickleBytes extends BufferReader {
  private readonly source: Uint8Array;

  constructor(source: Uint8Array) {
    super(source);
    this.source = source;
  }

  override skip(offset: number): void {
    if (offset < 0) throw new Error(`a negative length (${offset})`);
    super.skip(offset);
  }

  override bytes(length: number): Uint8Array {
    const start = this.position;
    this.skip(length);
    const bytes = this.source.subarray(start, this.position);
    // The operation comes before the length: one byte, or four of which the last is 0.
    const isShort = this.source[start - 2] === LONG1 && this.source[start - 1] === length;
    if (isShort || (this.source[start - 5] === LONG4 && this.source[start - 1] === 0)) checkLong(bytes);
    return bytes;
  }

  override string(size: number, encoding: "ascii" | "utf-8"): string {
    const start = this.position;
    this.skip(size);
    const bytes = Buffer.from(this.source.buffer, this.source.byteOffset + start, size);
    return bytes.toString(encoding === "utf-8" ? "utf8" : "latin1");
  }

  override line(): string {
    const operation = this.source[this.position - 1];
    const text = super.line();
    if (operation === STRING) return unescapeString(text);
    return operation === UNICODE ? unescapeUnicode(text) : text;
  }
}

/** The parser reads a long as unsigned, little end first, and keeps it in a double. */
function checkLong(bytes: Uint8Array): void {
  const negative = bytes.length > 0 && bytes[bytes.length - 1] >= 0x80;
  const tooLong = bytes.some((byte, i) => i > 6 && byte !== 0) || bytes[6] >= 0x20;
  if (negative || tooLong) {
    throw new Error("a long integer that is negative or beyond 2^53");
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Python's repr of a byte string, between its quotes: \n, \', \\, \xff, \377. */
function unescapeString(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))/g, (_, hex, octal, other) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return ESCAPES[other] ?? other;
  });
}

/** Python's raw-unicode-escape: \u20ac and \U0001f600, everything else as it is. */
function unescapeUnicode(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}
