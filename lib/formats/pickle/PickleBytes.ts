import { FileError } from "../../errors";

/** The bytes of a pickle, read from the first to the last as Python lays out numbers and texts in them. */
export class PickleBytes {
  private readonly bytes: Uint8Array;
  /** The same bytes. */
  private readonly buffer: Buffer;
  private readonly view: DataView;
  private readonly name: string;
  private position = 0;

  /** @param name what an error calls the file. */
  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.name = name;
  }

  get rest(): number {
    return this.bytes.length - this.position;
  }

  refuse(came: string): never {
    throw new FileError(this.name, `expected a pickle that can be read, got: ${came}`);
  }

  /** The next bytes, a view of the file. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  byte(): number {
    return this.bytes[this.advance(1)];
  }

  /** A whole number ≥ 0 of 2, 4 or 8 bytes, little end first. */
  unsigned(size: 2 | 4 | 8): number {
    const start = this.advance(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.bytes[start + i];
    return Number.isSafeInteger(value) ? value : this.refuse(`a length of ${value}`);
  }

  int32(): number {
    return this.unsigned(4) | 0;
  }

  /** A whole number in two's complement, little end first; no bytes are 0. */
  long(size: number): number {
    const bytes = this.take(size);
    if (size === 0) return 0;
    const wide = new Uint8Array(8).fill(bytes[size - 1] >= 0x80 ? 0xff : 0);
    if (size <= 8) wide.set(bytes);
    const value = Number(new DataView(wide.buffer).getBigInt64(0, true));
    return size <= 8 && Number.isSafeInteger(value) ? value : this.refuse("a whole number beyond 2^53");
  }

  /** Float64, great end first. */
  float64(): number {
    return this.view.getFloat64(this.advance(8));
  }

  /** A byte string of Python 2, each byte a character. */
  latin1(length: number): string {
    const start = this.advance(length);
    return this.buffer.toString("latin1", start, start + length);
  }

  utf8(length: number): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.refuse("a text that is no UTF-8");
    }
  }

  /** What stands before the next line feed, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) this.refuse("a line without an end (truncated?)");
    const text = this.latin1(end - this.position);
    this.position++;
    return text;
  }

  /** Goes on by so many bytes; returns where they begin. */
  private advance(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) {
      this.refuse(`${this.rest} bytes where there must be ${length} more (truncated?)`);
    }
    this.position = start + length;
    return start;
  }
}
