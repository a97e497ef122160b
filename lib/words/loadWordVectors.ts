import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { checkCounts } from "../checks";
import type { WordIndex } from "../datasets/imdb/WordIndex";
import { FileError, messageOf, ScratchError } from "../errors";
import { projectPath } from "../platform/paths";
import { Tensor } from "../tensor/Tensor";

/** Word vectors of a dictionary. */
export interface WordVectors {
  /** [dictSize, dimension], for an `Embedding` to begin with; zeros where the file does not have the word. */
  readonly vectors: Tensor;
  /** How many words of the dictionary the file has. */
  readonly found: number;
}

/**
 * Loads word vectors in the text format of GloVe: a line for each word, the word, then its numbers, with spaces
 * between; a first line with two numbers, as word2vec writes it, is passed over. Reads the file piece by piece, packed
 * by gzip or not. As in Keras's example on pretrained embeddings, tokens that are not in the file, and padding, start
 * and unknown, get zeros.
 * Source: J. Pennington, R. Socher, C. D. Manning, GloVe, EMNLP 2014.
 * @param path absolute or relative to the project.
 * @param dimension numbers a word.
 * @throws ArgumentError if dimension is not a whole number > 0; FileError, with the number of the line, if a line has
 * more or fewer numbers, or something else among them.
 */
export async function loadWordVectors(
  path: string,
  words: WordIndex,
  dimension: number,
): Promise<WordVectors> {
  checkCounts("loadWordVectors", { dimension });
  const file = basename(path);
  const vectors = Tensor.zeros([words.dictSize, dimension]);
  const seen = new Set<number>();
  let number = 0;
  for await (const line of lines(projectPath(path), file)) {
    number++;
    const fields = line.trimEnd().split(" ");
    const isHeader = number === 1 && fields.length === 2 && fields.every((field) => /^\d+$/.test(field));
    if (isHeader || line.trim() === "") continue;
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
      const value = Number(fields[first + i]);
      if (fields[first + i] === "" || !Number.isFinite(value)) {
        throw new FileError(
          `${file}, line ${number}`,
          `expected numbers, got ${JSON.stringify(fields[first + i])}`,
        );
      }
      vectors.data[token * dimension + i] = value;
    }
  }
  return { vectors, found: seen.size };
}

async function* lines(path: string, file: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const piece of open(path).setEncoding("utf8") as AsyncIterable<string>) {
      const parts = (rest + piece).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } catch (error) {
    if (error instanceof ScratchError) throw error;
    const reason = messageOf(error);
    throw new FileError(file, `expected a readable file of word vectors, got: ${reason}`);
  }
  if (rest !== "") yield rest;
}

/** The file as a stream, unpacked if its first two bytes are gzip's. */
function open(path: string): Readable {
  const magic = new Uint8Array(2);
  const descriptor = openSync(path, "r");
  try {
    readSync(descriptor, magic);
  } finally {
    closeSync(descriptor);
  }
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return stream;
  // The callback is for errors, which whoever reads the result gets too.
  return pipeline(stream, createGunzip(), () => {});
}
