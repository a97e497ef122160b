import { existsSync } from "node:fs";
import { join } from "node:path";
import { FileError } from "../../errors";
import { projectPath } from "../../platform/paths";
import { readJson } from "../../platform/readFile";
import { howToGet, IMDB_DIRECTORY, WORDS_FILE } from "./imdbFiles";
import { WordIndex } from "./WordIndex";

/** Which words. */
export interface WordIndexOptions {
  /** Tokens are 0 … dictSize − 1; rarer words are unknown. */
  readonly dictSize: number;
  /** The folder with imdb_word_index.json, absolute or relative to the project; `data/imdb` if not given. */
  readonly directory?: string;
}

/**
 * Loads the dictionary of IMDB's reviews, 88,584 words by frequency, as far as dictSize goes.
 * @throws FileError if the file is missing (it says where to get it) or is no such dictionary; ArgumentError if
 * dictSize is not a whole number ≥ 4.
 */
export function loadWordIndex(options: WordIndexOptions): WordIndex {
  const { directory = IMDB_DIRECTORY, dictSize } = options;
  const relative = join(directory, WORDS_FILE.name);
  const path = projectPath(relative);
  if (!existsSync(path)) {
    throw new FileError(relative, `expected IMDB's words, got no file; ${howToGet(WORDS_FILE, relative)}`);
  }
  return new WordIndex(checkRanks(readJson(path, relative), relative), dictSize);
}

/** @throws FileError if they are no object. */
function checkRanks(ranks: unknown, file: string): Record<string, unknown> {
  if (typeof ranks !== "object" || ranks === null || Array.isArray(ranks)) {
    throw new FileError(file, "expected an object of words and ranks, got something else");
  }
  return ranks as Record<string, unknown>;
}
