import { checkOptions } from "../../checks";
import type { Dataset } from "../Dataset";
import { checkPadOptions, type PadOptions, padReviews } from "./padReviews";
import { type ReadImdbOptions, readImdb } from "./readImdb";

/** Which reviews, and to what size they are cut. */
export interface ImdbOptions extends ReadImdbOptions, PadOptions {}

/** IMDB's reviews as examples of equal length. */
export interface Imdb {
  /** 25,000 reviews to learn from. */
  readonly train: Dataset;
  /** 25,000 reviews to be judged by. */
  readonly test: Dataset;
  /** How many tokens of each example are not padding. */
  readonly lengths: { readonly train: Int32Array; readonly test: Int32Array };
}

/**
 * Loads the 25,000 + 25,000 reviews of IMDB, good (1) and bad (0), as `load_data(num_words=dictSize)` and
 * `pad_sequences(maxlen=exampleLength)` of Keras do: inputs [25000, exampleLength] of tokens, 0 for padding, 1 for the
 * start, 2 for a word outside the dictionary, and from 4 on the words by frequency.
 *
 * To cut the same reviews to several sizes, read them once: `padReviews(readImdb().train, { dictSize, exampleLength })`.
 * @throws FileError as `readImdb`, ArgumentError as `padReviews`.
 */
export function loadImdb(options: ImdbOptions): Imdb {
  checkOptions("loadImdb", options, ["dictSize", "exampleLength", "directory", "shuffle", "original"]);
  const { dictSize, exampleLength, ...source } = options;
  const size = { dictSize, exampleLength };
  checkPadOptions("loadImdb", size);
  const reviews = readImdb(source);
  const train = padReviews(reviews.train, size);
  const test = padReviews(reviews.test, size);
  return {
    train: train.dataset,
    test: test.dataset,
    lengths: { train: train.lengths, test: test.lengths },
  };
}
