import { inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import type { RandomState } from "../../tensor/RandomState";

/** Keras's numbers that are no words; the word of rank 1 is token 4. */
export const PADDING = 0;
export const START = 1;
export const UNKNOWN = 2;
/** Added to the rank of a word: Keras's `index_from`. */
export const INDEX_FROM = 3;

/** Reviews of different lengths, one after the other. */
export interface Reviews {
  /** What errors call them. */
  readonly name: string;
  /** How many reviews there are. */
  readonly count: number;
  /** Review i is `tokens[starts[i] .. starts[i + 1])`: the start token, then rank + 3 for each word. */
  readonly tokens: Int32Array;
  /** [count + 1]. */
  readonly starts: Int32Array;
  /** 1 for a good review, 0 for a bad one. */
  readonly labels: Uint8Array;
}

/** @throws ArgumentError from `where` unless they are reviews as `readImdb` gives them. */
export function checkReviews(where: string, reviews: Reviews): void {
  const { count, tokens, starts, labels } = (reviews ?? {}) as Partial<Reviews>;
  if (tokens instanceof Int32Array && starts instanceof Int32Array && labels instanceof Uint8Array) {
    if (Number.isInteger(count) && count! >= 0 && count! < starts.length && count! <= labels.length) return;
  }
  throw new ArgumentError(
    where,
    `reviews must be those of readImdb, such as readImdb().train, got ${inWords(reviews)}`,
  );
}

/** The reviews in the order of the stream's next permutation of their numbers. */
export function shuffleReviews(reviews: Reviews, random: RandomState): Reviews {
  const { count } = reviews;
  const order = random.permutation(count);
  const tokens = new Int32Array(reviews.tokens.length);
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const review = reviews.tokens.subarray(reviews.starts[order[i]], reviews.starts[order[i] + 1]);
    tokens.set(review, starts[i]);
    starts[i + 1] = starts[i] + review.length;
  }
  return { ...reviews, tokens, starts, labels: reviews.labels.map((_, i) => reviews.labels[order[i]]) };
}
