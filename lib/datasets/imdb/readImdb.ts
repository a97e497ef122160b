import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { checkFlags, checkOptions, checkPath, inWords } from "../../checks";
import { FileError } from "../../errors";
import { isNumeric, type NdArray } from "../../formats/numpy/NdArray";
import { parseNpz } from "../../formats/numpy/parseNpz";
import { readUnpacked } from "../../formats/readUnpacked";
import { projectPath } from "../../platform/paths";
import { RandomState } from "../../tensor/RandomState";
import { howToGet, IMDB_DIRECTORY, REVIEWS_FILE } from "./imdbFiles";
import { INDEX_FROM, type Reviews, START, shuffleReviews } from "./Reviews";

/** Which reviews `readImdb` reads. */
export interface ReadImdbOptions {
  /** The folder with imdb.npz, absolute or relative to the project (default: `data/imdb`). */
  readonly directory?: string;
  /** Whether to shuffle them as Keras does, with NumPy's stream of seed 113 (default: true). */
  readonly shuffle?: boolean;
  /** Whether these must be the 25,000 + 25,000 reviews of the original (default: true). */
  readonly original?: boolean;
}

/** The reviews to train on and to test on. */
export interface ImdbReviews {
  /** The reviews to learn from, of different lengths. */
  readonly train: Reviews;
  /** The reviews to be judged by. */
  readonly test: Reviews;
}

/** Five times what the arrays of the original have, and more words than anybody's computer has room for. */
const MOST_BYTES = 2 ** 28;
const MOST_WORDS = 2 ** 28;
const KERAS_SEED = 113;
const COUNT = 25_000;
const TRAIN_WORDS = 5_942_841;
const TEST_WORDS = 5_745_105;
/** "this film was just brilliant casting location" */
const FIRST_TOKENS = [14, 22, 16, 43, 530, 973, 1622];

/**
 * Reads the reviews of IMDB (A. L. Maas et al. 2011) as `keras.datasets.imdb.load_data` does: shuffled, each beginning
 * with token 1, the words from 4 on. A file is judged by its contents, as archives of the same arrays differ.
 * @throws ArgumentError if an option is out of its domain; FileError if the file is missing (it says where to get it), damaged, or does not hold these reviews.
 */
export function readImdb(options: ReadImdbOptions = {}): ImdbReviews {
  checkOptions("readImdb", options, ["directory", "shuffle", "original"]);
  const { directory = IMDB_DIRECTORY, shuffle = true, original = true } = options;
  checkPath("readImdb", directory, "directory");
  checkFlags("readImdb", { shuffle, original });
  const relative = join(directory, REVIEWS_FILE.name);
  const path = projectPath(relative);
  if (!existsSync(path)) {
    throw new FileError(
      relative,
      `expected the IMDB reviews, got no file; ${howToGet(REVIEWS_FILE, relative)}`,
    );
  }
  const file = basename(path);
  const names = ["x_train", "y_train", "x_test", "y_test"] as const;
  const arrays = parseNpz(readUnpacked(path, MOST_BYTES), names, file, MOST_BYTES);
  const train = toReviews("IMDB train", arrays.x_train, arrays.y_train, `${file}/x_train`);
  const test = toReviews("IMDB test", arrays.x_test, arrays.y_test, `${file}/x_test`);
  const random = new RandomState(KERAS_SEED);
  const order = (reviews: Reviews): Reviews => shuffleReviews(reviews, random);
  const shuffled = { train: order(train), test: order(test) };
  if (original) {
    expectOriginal(shuffled.train, TRAIN_WORDS, file);
    expectOriginal(shuffled.test, TEST_WORDS, file);
    const first = shuffled.train.tokens.subarray(1, 1 + FIRST_TOKENS.length);
    expectSame(file, "the first review to begin with tokens", FIRST_TOKENS.join(" "), first.join(" "));
  }
  return shuffle ? shuffled : { train, test };
}

function toReviews(name: string, x: NdArray, y: NdArray, file: string): Reviews {
  const count = y.data.length;
  if (x.dtype !== "O" || x.data.length !== count || !isNumeric(y)) {
    throw new FileError(
      file,
      `expected lists of words and a label for each, got ${x.data.length} and ${count}`,
    );
  }
  const starts = new Int32Array(count + 1);
  let total = 0;
  for (const [i, review] of (x.data as readonly unknown[]).entries()) {
    if (!Array.isArray(review))
      throw new FileError(file, `expected a list of words as review ${i}, got something else`);
    if (review.length === 0)
      throw new FileError(file, `expected at least a word in review ${i}, got an empty review`);
    total += 1 + review.length;
    if (total > MOST_WORDS) throw new FileError(file, `expected at most ${MOST_WORDS} words, got more`);
    starts[i + 1] = total;
  }
  const tokens = new Int32Array(starts[count]);
  for (const [i, review] of (x.data as readonly unknown[][]).entries()) {
    let at = starts[i];
    tokens[at++] = START;
    for (const rank of review) {
      if (!(typeof rank === "number" && rank >= 1 && rank < 2 ** 30 && Number.isInteger(rank))) {
        throw new FileError(
          file,
          `expected words by their rank, 1 and up, got ${inWords(rank)} in review ${i}`,
        );
      }
      tokens[at++] = rank + INDEX_FROM;
    }
  }
  const labels = Uint8Array.from(y.data);
  const bad = labels.findIndex((label, i) => label > 1 || label !== y.data[i]);
  if (bad >= 0) throw new FileError(file, `expected labels 0 and 1, got ${y.data[bad]} of review ${bad}`);
  return { name, count, tokens, starts, labels };
}

function expectOriginal(reviews: Reviews, words: number, file: string): void {
  const good = reviews.labels.reduce((sum, label) => sum + label, 0);
  const { name, count, tokens } = reviews;
  expectSame(
    file,
    `${name} to hold`,
    describe(COUNT, COUNT / 2, words),
    describe(count, good, tokens.length - count),
  );
}

function describe(count: number, good: number, words: number): string {
  return `${count} reviews, ${good} of them good, of ${words} words`;
}

function expectSame(file: string, what: string, expected: string, got: string): void {
  if (expected !== got) throw new FileError(file, `expected ${what} ${expected}, got ${got}`);
}
