import { checkCounts, checkOptions, inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import type { Dataset } from "../Dataset";
import { checkReviews, INDEX_FROM, PADDING, type Reviews, UNKNOWN } from "./Reviews";

/** To what size reviews are cut. */
export interface PadOptions {
  /** Tokens from here on become 2, unknown: Keras's `num_words`. */
  readonly dictSize: number;
  /** Tokens of an example: longer reviews lose their beginning, shorter ones get zeros before it. */
  readonly exampleLength: number;
}

/** Reviews as rows of equal length. */
export interface PaddedReviews {
  /** Inputs [count, exampleLength] of tokens, labels 0 (bad) and 1 (good). */
  readonly dataset: Dataset;
  /** How many tokens of each example are not padding, 1 … exampleLength; they are its last ones. */
  readonly lengths: Int32Array;
}

/** As many as fit into the memory of most machines. */
const MOST_TOKENS = 2 ** 30;
/** Tokens below this fit into 16 bits. */
const SMALL_DICTIONARY = 65_536;

/**
 * The reviews as a dataset: inputs [count, exampleLength] of tokens, labels 0 (bad) and 1 (good). As
 * `keras.utils.pad_sequences` does unless told otherwise, both the padding and the cut are at the beginning.
 * @throws ArgumentError if dictSize is not a whole number ≥ 4 or exampleLength not one > 0.
 */
export function padReviews(reviews: Reviews, options: PadOptions): PaddedReviews {
  checkReviews("padReviews", reviews);
  checkPadOptions("padReviews", options);
  const { dictSize, exampleLength } = options;
  const { name, count, labels, starts } = reviews;
  const size = count * exampleLength;
  if (size > MOST_TOKENS) {
    const problem = `${count} reviews of exampleLength must be at most ${MOST_TOKENS} tokens, got ${size}`;
    throw new ArgumentError("padReviews", problem);
  }
  const inputs = dictSize <= SMALL_DICTIONARY ? new Uint16Array(size) : new Float32Array(size);
  const lengths = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    lengths[i] = Math.min(exampleLength, starts[i + 1] - starts[i]);
    let at = (i + 1) * exampleLength - lengths[i];
    for (let t = starts[i + 1] - lengths[i]; t < starts[i + 1]; t++) {
      inputs[at++] = reviews.tokens[t] < dictSize ? reviews.tokens[t] : UNKNOWN;
    }
  }
  return { dataset: { name, count, sampleShape: [exampleLength], classes: 2, inputs, labels }, lengths };
}

/**
 * One review, encoded, as an example: its last exampleLength tokens, with zeros before them where it has fewer.
 * @throws ArgumentError if the review is empty, or exampleLength is not a whole number > 0.
 */
export function padReview(tokens: ArrayLike<number>, exampleLength: number): Int32Array {
  checkCounts("padReview", { exampleLength });
  if (!(tokens?.length > 0)) {
    const got = tokens?.length === 0 ? "an empty review" : inWords(tokens);
    throw new ArgumentError("padReview", `tokens must not be empty, got ${got}`);
  }
  if (exampleLength > MOST_TOKENS) {
    throw new ArgumentError(
      "padReview",
      `exampleLength must be at most ${MOST_TOKENS}, got ${exampleLength}`,
    );
  }
  const kept = Math.min(exampleLength, tokens.length);
  const example = new Int32Array(exampleLength).fill(PADDING);
  for (let i = 0; i < kept; i++) example[exampleLength - kept + i] = tokens[tokens.length - kept + i];
  return example;
}

/** @throws ArgumentError unless they are such options. */
export function checkPadOptions(where: string, options: PadOptions): void {
  checkOptions(where, options, ["dictSize", "exampleLength"]);
  checkDictSize(where, options.dictSize);
  checkCounts(where, { exampleLength: options.exampleLength });
}

/** @throws ArgumentError if there is no room for a word after the tokens that are none. */
export function checkDictSize(where: string, dictSize: number): void {
  checkCounts(where, { dictSize }, INDEX_FROM + 1);
}
