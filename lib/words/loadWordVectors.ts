import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { pipeline, type Readable, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { checkCounts, checkPath, inWords } from "../checks";
import { WordIndex } from "../datasets/imdb/WordIndex";
import { ArgumentError, FileError, messageOf, ScratchError } from "../errors";
import { isGzip } from "../formats/readUnpacked";
import { projectPath } from "../platform/paths";
import { inUtf16 } from "../platform/readFile";
import { Tensor } from "../tensor/Tensor";

/** Word vectors of a dictionary. */
export interface WordVectors {
  /** [dictSize, dimension], for an `Embedding` to begin with; zeros where the file does not have the word. */
  readonly vectors: Tensor;
  /** How many words of the dictionary the file has. */
  readonly found: number;
}

/** Characters of a word and of a number at most, with room to spare. */
const LONGEST_WORD = 10_000;
const LONGEST_NUMBER = 64;
/** Text that gzip packs better than this is no word vectors. */
const MOST_RATIO = 20;

/**
 * Loads word vectors in the text format of GloVe: a line for each word, the word, then its numbers, with spaces
 * between; a first line with two numbers, as word2vec writes it, says how many words and numbers there are. Reads the
 * file piece by piece, packed by gzip or not. As in Keras's example on pretrained embeddings, tokens that are not in
 * the file, and padding, start and unknown, get zeros.
 * Source: J. Pennington, R. Socher, C. D. Manning, GloVe, EMNLP 2014.
 * @param path absolute or relative to the project.
 * @param dimension numbers a word.
 * @throws ArgumentError if an argument is none; FileError, with the number of the line, if a line has more or fewer
 * numbers, or something else among them, if there are none or fewer lines than the first one says, or the file is no such text.
 */
export async function loadWordVectors(
  path: string,
  words: WordIndex,
  dimension: number,
): Promise<WordVectors> {
  checkPath("loadWordVectors", path);
  if (!(words instanceof WordIndex)) {
    throw new ArgumentError("loadWordVectors", `words must be a WordIndex, got ${inWords(words)}`);
  }
  checkCounts("loadWordVectors", { dimension });
  const file = basename(path);
  const vectors = Tensor.zeros([words.dictSize, dimension]);
  const seen = new Set<number>();
  let announced = 0;
  let count = 0;
  let number = 0;
  for await (const line of lines(path, file, dimension)) {
    number++;
    const fields = line.trimEnd().split(" ");
    if (line.trim() === "") continue;
    if (number === 1 && isHeading(fields, dimension)) {
      announced = checkHeading(fields, dimension, file);
      continue;
    }
    count++;
    const first = fields.length - dimension;
    // A few words of GloVe's largest file have spaces, such as ". . .".
    if (first < 1 || (first > 1 && !Number.isNaN(Number(fields[first - 1])))) {
      const problem = `expected a word and ${dimension} numbers, got ${fields.length - 1} numbers`;
      throw new FileError(`${file}, line ${number}`, problem);
    }
    const token = words.find(fields.slice(0, first).join(" "));
    if (token === undefined || seen.has(token)) continue;
    seen.add(token);
    for (let i = 0; i < dimension; i++) {
      const value = toNumber(fields[first + i]);
      if (value === undefined) {
        throw new FileError(`${file}, line ${number}`, `expected numbers, got ${inWords(fields[first + i])}`);
      }
      vectors.data[token * dimension + i] = value;
    }
  }
  if (count === 0) throw new FileError(file, `expected a word and ${dimension} numbers a line, got no line`);
  if (count < announced) {
    const problem = `expected ${announced} words, as its first line says, got ${count} (truncated?)`;
    throw new FileError(file, problem);
  }
  return { vectors, found: seen.size };
}

/** Whether the first line is word2vec's: a word of one number looks alike. */
function isHeading(fields: readonly string[], dimension: number): boolean {
  const two = fields.length === 2 && fields.every((field) => /^\d+$/.test(field));
  return two && (dimension > 1 || fields[1] === "1");
}

/** How many words there are. */
function checkHeading([words, numbers]: readonly string[], dimension: number, file: string): number {
  if (Number(numbers) === dimension) return Number(words);
  throw new FileError(
    `${file}, line 1`,
    `expected vectors of ${dimension} numbers, got ${numbers} numbers a word`,
  );
}

/** A number in decimals; undefined for what else `Number` reads, as 0x10 and the empty text. */
function toNumber(text: string): number | undefined {
  const value = Number(text);
  const other = text === "" || !Number.isFinite(value) || (text.charCodeAt(1) > 57 && /[box]/i.test(text));
  return other ? undefined : value;
}

/** The lines of the file, none longer than a word and its numbers can be. */
async function* lines(path: string, file: string, dimension: number): AsyncGenerator<string> {
  const longest = LONGEST_WORD + LONGEST_NUMBER * dimension;
  let rest = "";
  let first = true;
  try {
    for await (const text of open(projectPath(path), file, dimension).setEncoding(
      "utf8",
    ) as AsyncIterable<string>) {
      const parts = (rest + (first ? text.replace(/^\ufeff/, "") : text)).split("\n");
      first = false;
      rest = parts.pop() ?? "";
      for (const line of rest.length > longest ? [...parts, rest] : parts) {
        if (line.length > longest) {
          const problem = `expected lines of at most ${longest} characters, got a longer one (a text file?)`;
          throw new FileError(file, problem);
        }
      }
      yield* parts;
    }
  } catch (error) {
    if (error instanceof ScratchError) throw error;
    const reason = messageOf(error);
    throw new FileError(file, `expected a readable file of word vectors, got: ${reason}`);
  }
  if (rest !== "") yield rest;
}

/** The file as a stream, unpacked if it is gzip. @throws FileError if it is another packed file, or UTF-16. */
function open(path: string, file: string, dimension: number): Readable {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw new Error("a device, a pipe or a socket");
  const magic = firstBytes(path);
  if (magic[0] === 0x50 && magic[1] === 0x4b) {
    const name = `glove.6B.${dimension}d.txt`;
    throw new FileError(
      file,
      `expected a text file, got a zip archive; unpack it and take one file, such as ${name}`,
    );
  }
  if (inUtf16(magic)) throw new FileError(file, "expected text in UTF-8, got UTF-16; save it as UTF-8");
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!isGzip(magic)) return stream;
  // The callback is for errors, which whoever reads the result gets too.
  return pipeline(stream, createGunzip(), limit(file, MOST_RATIO * stats.size + (1 << 20)), () => {});
}

function firstBytes(path: string): Uint8Array {
  const bytes = new Uint8Array(2);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}

/** Passes on as many bytes, and refuses more. */
function limit(file: string, bytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Uint8Array, _, done) {
      passed += chunk.length;
      if (passed <= bytes) done(null, chunk);
      else done(new FileError(file, `expected at most ${bytes} bytes unpacked, got more`));
    },
  });
}
