import { RandomState } from "scratch-nn";

const BYTES = [0, 1, 0x0a, 0x20, 0x22, 0x2d, 0x5c, 0x7f, 0x80, 0xff];
const SIZES = [0, 1, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const WORDS = [
  "-1",
  "0",
  "1e999",
  "NaN",
  "99999999999999999999",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  "[[[[",
  '"\\ud800"',
  "__proto__",
];
/** Operations of a pickle, some with what they need, in the form that they have in the file. */
const OPERATIONS = [
  "(",
  ")",
  "]",
  "}",
  "N",
  "0",
  "1",
  "2",
  "a",
  "e",
  "s",
  "u",
  "t",
  "l",
  "d",
  "R",
  "b",
  "K\x05",
  "q\x00",
  "h\x00",
  "\x94",
  "I-1\n",
  "F-inf\n",
  "L9L\n",
  "\x85",
  "\x86",
  "\x87",
  "\x8b\xff\xff\xff\x7f",
  "T\xff\xff\xff\x7f",
  "cnumpy\nndarray\n",
  "cnumpy\ndtype\n",
  "cnumpy.core.multiarray\n_reconstruct\n",
  "(S'length'\nI99999999\nd",
  "(V__proto__\nNd",
  ".",
];

type Change = (bytes: Buffer) => Buffer;

/** Changes files, as damage, mistakes and malice do; the same seed gives the same changes. */
export class Mutator {
  readonly #random: RandomState;

  constructor(seed: number) {
    this.#random = new RandomState(seed);
  }

  below(end: number): number {
    return end < 2 ? 0 : this.#random.randint(end);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** One to four changes of a file; parts of `others` may come in. */
  mutate(file: Buffer, others: readonly Buffer[]): Buffer {
    let bytes: Buffer = Buffer.from(file);
    for (let i = this.pick([1, 1, 1, 2, 4]); i > 0 && bytes.length > 0; i--) {
      bytes = this.pick(this.#changes(others))(bytes);
    }
    return bytes;
  }

  #changes(others: readonly Buffer[]): readonly Change[] {
    return [
      (bytes) => this.#set(bytes, (byte) => byte ^ (1 << this.below(8))),
      (bytes) => this.#set(bytes, () => this.below(256)),
      (bytes) => this.#set(bytes, () => this.pick(BYTES)),
      (bytes) => bytes.subarray(0, this.below(bytes.length)),
      (bytes) => this.#replace(bytes, Buffer.alloc(0)),
      (bytes) =>
        this.#replace(bytes, Buffer.from(Array.from({ length: this.below(9) }, () => this.below(256)))),
      (bytes) => this.#replace(bytes, this.#part(bytes), 0),
      (bytes) => this.#replace(bytes, this.#part(this.pick(others))),
      (bytes) => this.#replace(bytes, Buffer.from(this.pick(WORDS)), this.below(6)),
      (bytes) => this.#replace(bytes, Buffer.from(this.pick(OPERATIONS), "latin1"), this.below(3)),
      (bytes) => this.#setSize(bytes),
      (bytes) => this.#setNumber(bytes),
    ];
  }

  #set(bytes: Buffer, change: (byte: number) => number): Buffer {
    const at = this.below(bytes.length);
    bytes[at] = change(bytes[at]!);
    return bytes;
  }

  #part(bytes: Buffer): Buffer {
    const start = this.below(bytes.length);
    return bytes.subarray(start, start + this.below(Math.min(bytes.length, 200)));
  }

  #replace(bytes: Buffer, by: Buffer, length = this.below(20)): Buffer {
    const at = this.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)]);
  }

  /** A length or an offset, of two, four or eight bytes. */
  #setSize(bytes: Buffer): Buffer {
    const size = this.pick([2, 4, 8]);
    if (bytes.length < size) return bytes;
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt(this.pick([...SIZES, bytes.length, bytes.length - 1])));
    const number = field.subarray(0, size);
    bytes.set(
      this.below(4) === 0 ? Uint8Array.from(number).reverse() : number,
      this.below(bytes.length - size + 1),
    );
    return bytes;
  }

  /** A number that is written in digits. */
  #setNumber(bytes: Buffer): Buffer {
    const text = bytes.toString("latin1");
    const numbers = [...text.matchAll(/-?\d+(?:\.\d+)?/g)];
    if (numbers.length === 0) return bytes;
    const { index, 0: digits } = this.pick(numbers);
    const number = this.pick([...WORDS, String(this.pick(SIZES)), `${digits}0`, `${digits}.5`]);
    return Buffer.from(text.slice(0, index) + number + text.slice(index + digits.length), "latin1");
  }
}
