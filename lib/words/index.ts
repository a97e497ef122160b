/* Texts and word vectors: film reviews, skip-gram, GloVe's files. */
export { type Imdb, type ImdbOptions, loadImdb } from "../datasets/imdb/loadImdb";
export { loadWordIndex, type WordIndexOptions } from "../datasets/imdb/loadWordIndex";
export { type PaddedReviews, type PadOptions, padReview, padReviews } from "../datasets/imdb/padReviews";
export type { Reviews } from "../datasets/imdb/Reviews";
export { type ImdbReviews, type ReadImdbOptions, readImdb } from "../datasets/imdb/readImdb";
export { WordIndex } from "../datasets/imdb/WordIndex";
export { loadWordVectors, type WordVectors } from "./loadWordVectors";
export { type NearWord, nearestWords } from "./nearestWords";
export { type SkipGram, type SkipGramOptions, skipGram } from "./skipGram";
