import { ArgumentError } from "./errors";

/** @throws ArgumentError from `where` unless every value, by its name, is a whole number > 0, or ≥ `least`. */
export function checkCounts(where: string, values: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isInteger(value) && value >= least) continue;
    const bound = least === 1 ? "> 0" : `≥ ${least}`;
    throw new ArgumentError(where, `${name} must be a whole number ${bound}, got ${inWords(value)}`);
  }
}

/** @throws ArgumentError from `where` unless every value, by its name, is a number in [0, 1). */
export function checkShares(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "number" && value >= 0 && value < 1) continue;
    throw new ArgumentError(where, `${name} must be in [0, 1), got ${inWords(value)}`);
  }
}

/** @throws ArgumentError from `where` unless every value, by its name, is a finite number > 0. */
export function checkPositives(where: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isFinite(value) && value > 0) continue;
    throw new ArgumentError(where, `${name} must be a finite number > 0, got ${inWords(value)}`);
  }
}

/** @throws ArgumentError from `where` unless every value, by its name, is true or false. */
export function checkFlags(where: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "boolean") continue;
    throw new ArgumentError(where, `${name} must be true or false, got ${inWords(value)}`);
  }
}

/** @throws ArgumentError from `where` unless it is a text that can name a file. */
export function checkPath(where: string, path: unknown, name = "path"): asserts path is string {
  if (path === "") throw new ArgumentError(where, `${name} must not be empty`);
  if (typeof path === "string" && !path.includes("\0")) return;
  throw new ArgumentError(where, `${name} must be a text such as "models/x", got ${inWords(path)}`);
}

/** @throws ArgumentError from `where` unless every value, by its name, is an array, of whatever type. */
export function checkLists(where: string, values: Readonly<Record<string, unknown>>, of = "numbers"): void {
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value)) continue;
    throw new ArgumentError(where, `${name} must be a list of ${of}, got ${inWords(value)}`);
  }
}

/** @throws ArgumentError from `where` unless every value, by its name, is a list of finite numbers. */
export function checkNumbers(where: string, values: Readonly<Record<string, ArrayLike<number>>>): void {
  checkLists(where, values);
  for (const [name, list] of Object.entries(values)) {
    for (let i = 0; i < list.length; i++) {
      if (Number.isFinite(list[i])) continue;
      throw new ArgumentError(where, `${name} must be finite numbers, got ${inWords(list[i])} at ${i}`);
    }
  }
}

/** @throws ArgumentError from `where` unless every value, by its name, is a list of objects. */
export function checkRows(where: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, rows] of Object.entries(values)) {
    if (!Array.isArray(rows)) {
      throw new ArgumentError(where, `${name} must be a list of objects, got ${inWords(rows)}`);
    }
    const bad = rows.findIndex((row) => typeof row !== "object" || row === null);
    if (bad >= 0)
      throw new ArgumentError(where, `${name}[${bad}] must be an object, got ${inWords(rows[bad])}`);
  }
}

/**
 * Refuses options that nobody reads: `SGD: unknown option "lr"; did you mean learningRate? The options are …`.
 * @throws ArgumentError from `where` unless `options` is an object literal with no other names than `names`.
 */
export function checkOptions(where: string, options: unknown, names: readonly string[]): void {
  if (!isLiteral(options)) {
    const literal = `{ ${names.join(", ")} }`;
    throw new ArgumentError(where, `options must be an object of ${literal}, got ${inWords(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    const list =
      names.length === 1 ? `The only option is ${names[0]}` : `The options are ${names.join(", ")}`;
    throw new ArgumentError(where, `unknown option ${inWords(name)}${hint || "."} ${list}`);
  }
}

const COPY = Symbol.for("scratch-nn copy");
const own = {};

/** Lets every copy of the library that is loaded tell the objects of a class from its own. */
export function markCopy({ prototype }: { readonly prototype: object }): void {
  Object.defineProperty(prototype, COPY, { value: own });
}

function isForeign(value: object): boolean {
  const copy: unknown = (value as { readonly [COPY]?: unknown })[COPY];
  return copy !== undefined && copy !== own;
}

/** What a value is, short enough for an error: `undefined`, `"cat"`, `0.1`, `an array of 3`, `a RandomState`. */
export function inWords(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isLiteral(value)) return `an object of { ${Object.keys(value).slice(0, 5).join(", ")} }`;
  const kind = value.constructor?.name ?? "object";
  const words = `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
  return isForeign(value) ? `${words} of another copy of scratch-nn (load the library once)` : words;
}

/** Whether a value is what `{ … }` makes, in whatever realm. */
function isLiteral(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The name that was probably meant: one or two slips away, or abbreviated (`lr`, `batch`, `weight_decay`). */
function nearest(name: string, names: readonly string[]): string | undefined {
  const given = letters(name);
  const distances = names.map((known) => editDistance(given, letters(known)));
  const least = Math.min(...distances);
  if (least <= Math.min(2, given.length / 3)) return names[distances.indexOf(least)];
  return names.find((known) => {
    const name = letters(known);
    return abbreviates(given, name) || abbreviates(name, given);
  });
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Whether the letters come in that order in the name, from its first on. */
function abbreviates(short: string, long: string): boolean {
  if (short === "" || short[0] !== long[0]) return false;
  let at = -1;
  return [...short].every((letter) => {
    at = long.indexOf(letter, at + 1);
    return at >= 0;
  });
}

/** The letters to insert, delete or replace between two names (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
