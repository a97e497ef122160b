import type { PickleBytes } from "./PickleBytes";

/* The lines of protocol 0, as Python's Lib/pickletools.py describes them. */

/** INT: `12` and `-12`; `01` and `00` are true and false. */
export function readInteger(bytes: PickleBytes): number | boolean {
  const text = bytes.line();
  if (text === "01" || text === "00") return text === "01";
  return toInteger(bytes, text);
}

/** LONG: `12L`, of Python 3 too. */
export function readLong(bytes: PickleBytes): number {
  return toInteger(bytes, bytes.line().replace(/L$/, ""));
}

/** The number of a memo. */
export function readIndex(bytes: PickleBytes): number {
  const index = toInteger(bytes, bytes.line());
  return index < 0 ? bytes.refuse(`a memo of number ${index}`) : index;
}

/** FLOAT: what Python's `repr` gives, `inf`, `-inf` and `nan` included. */
export function readFloat(bytes: PickleBytes): number {
  const text = bytes.line();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (text === "nan" || text === "-nan") return Number.NaN;
  if (/^[+-]?inf$/.test(text)) return text[0] === "-" ? -Infinity : Infinity;
  return bytes.refuse(`${quoted(text)} for a number`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** STRING: Python's repr of a byte string, with its quotes: \n, \', \\, \xff, \377. */
export function readString(bytes: PickleBytes): string {
  const text = bytes.line();
  const [quote] = text;
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) {
    bytes.refuse(`${quoted(text)} for a string in quotes`);
  }
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.?))/g, (whole, hex, octal, other) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return ESCAPES[other] ?? bytes.refuse(`${quoted(whole)} in a string`);
    });
}

/** UNICODE: Python's raw-unicode-escape, \u20ac and \U0001f600; a backslash before another character is one. */
export function readUnicode(bytes: PickleBytes): string {
  const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g;
  return bytes.line().replace(escapes, (whole: string, short?: string, long?: string, other?: string) => {
    if (other !== undefined) return "uU".includes(other) ? bytes.refuse(`${quoted(whole)} in a text`) : whole;
    const code = Number.parseInt(short ?? long ?? "", 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : bytes.refuse(`${quoted(whole)} in a text`);
  });
}

function toInteger(bytes: PickleBytes, text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text)) bytes.refuse(`${quoted(text)} for a whole number`);
  return Number.isSafeInteger(value) ? value : bytes.refuse("a whole number beyond 2^53");
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
