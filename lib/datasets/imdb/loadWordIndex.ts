import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkOptions, checkPath } from "../../checks";
import { FileError, messageOf } from "../../errors";
import { projectPath } from "../../platform/paths";
import { readJson } from "../../platform/readFile";
import { howToGet, IMDB_DIRECTORY, WORDS_FILE } from "./imdbFiles";
import { checkDictSize } from "./padReviews";
import { WordIndex } from "./WordIndex";

/** Ten times what the published file has. */
const MOST_BYTES = 2 ** 24;

/** Which words. */
export interface WordIndexOptions {
  /** Tokens are 0 … dictSize − 1; rarer words are unknown. */
  readonly dictSize: number;
  /** The folder with imdb_word_index.json, absolute or relative to the project (default: `data/imdb`). */
  readonly directory?: string;
}

/**
 * Loads the dictionary of IMDB's reviews, 88,584 words by frequency, as far as dictSize goes.
 * @throws FileError if the file is missing (it says where to get it) or is no such dictionary; ArgumentError if
 * dictSize is not a whole number ≥ 4.
 */
export function loadWordIndex(options: WordIndexOptions): WordIndex {
  // What `readImdb` is given may be given here too.
  checkOptions("loadWordIndex", options, ["dictSize", "directory", "shuffle", "original"]);
  const { directory = IMDB_DIRECTORY, dictSize } = options;
  checkPath("loadWordIndex", directory, "directory");
  checkDictSize("loadWordIndex", dictSize);
  const relative = join(directory, WORDS_FILE.name);
  const path = projectPath(relative);
  if (!existsSync(path)) {
    throw new FileError(relative, `expected IMDB's words, got no file; ${howToGet(WORDS_FILE, relative)}`);
  }
  try {
    const ranks = readJson(path, relative, MOST_BYTES) as Readonly<Record<string, unknown>>;
    return new WordIndex(ranks, dictSize, relative);
  } catch (error) {
    const problem = messageOf(error).replace(`${relative}: `, "");
    throw new FileError(relative, `${problem}; move it away, and ${howToGet(WORDS_FILE, relative)}`);
  }
}
