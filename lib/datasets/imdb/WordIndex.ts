import { inWords } from "../../checks";
import { ArgumentError, FileError } from "../../errors";
import { checkDictSize } from "./padReviews";
import { INDEX_FROM, PADDING, START, UNKNOWN } from "./Reviews";

/** What the tokens that stand for no word are called. */
const NAMES = ["<padding>", "<start>", "?", "<unused>"];
/** What Keras's tokeniser puts a space in place of. The apostrophe stays. */
const PUNCTUATION = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n\r]/g;

/**
 * The dictionary of IMDB's reviews: which token stands for which word. The word of rank r is token r + 3, as long as
 * that is below dictSize; all others are token 2, unknown.
 *
 * `ranks` has the rank of each word, 1 for the most frequent, as imdb_word_index.json has it.
 * @throws ArgumentError if dictSize is not a whole number ≥ 4; FileError if a rank is not a whole number ≥ 1, or two
 * words have the same.
 */
export class WordIndex {
  /** Tokens are 0 … dictSize − 1. */
  readonly dictSize: number;
  private readonly tokens = new Map<string, number>();
  private readonly words: string[];

  constructor(ranks: Readonly<Record<string, unknown>>, dictSize: number, name = "word index") {
    checkDictSize("WordIndex", dictSize);
    if (typeof ranks !== "object" || ranks === null || Array.isArray(ranks)) {
      throw new FileError(name, `expected an object of words and their ranks, got ${inWords(ranks)}`);
    }
    this.dictSize = dictSize;
    this.words = [...NAMES];
    const taken = new Set<unknown>();
    for (const [word, rank] of Object.entries(ranks)) {
      if (typeof rank !== "number" || !Number.isInteger(rank) || rank < 1 || taken.has(rank)) {
        const turned =
          /^\d+$/.test(word) && typeof rank === "string" ? " (words and ranks changed places?)" : "";
        throw new FileError(
          name,
          `expected another whole number ≥ 1 for each word, got ${word.slice(0, 40)}: ${said(rank)}${turned}`,
        );
      }
      taken.add(rank);
      const token = rank + INDEX_FROM;
      if (token >= dictSize) continue;
      this.tokens.set(word, token);
      this.words[token] = word;
    }
  }

  /** The token of a word as it is spelled in the dictionary; 2 if it is not in it. */
  tokenOf(word: string): number {
    return this.find(word) ?? UNKNOWN;
  }

  /** The token of a word, or undefined if it is not in the dictionary. */
  find(word: string): number | undefined {
    return this.tokens.get(word);
  }

  /**
   * The word of a token; `<padding>`, `<start>`, `?` (unknown) and `<unused>` for those that stand for none.
   * @throws ArgumentError if the token is not 0 … dictSize − 1.
   */
  wordOf(token: number): string {
    if (!(Number.isInteger(token) && token >= 0 && token < this.dictSize)) {
      throw new ArgumentError(
        "WordIndex",
        `a token must be 0 to ${this.dictSize - 1}, got ${inWords(token)}`,
      );
    }
    return this.words[token] ?? "<unused>";
  }

  /**
   * The words of a review, with a space between them; padding and start are left out, an unknown word is a `?`.
   * @throws ArgumentError if a token is not 0 … dictSize − 1.
   */
  decodeReview(tokens: ArrayLike<number>): string {
    if (typeof tokens !== "object" || tokens === null) {
      throw new ArgumentError("WordIndex.decodeReview", `tokens must be a list, got ${inWords(tokens)}`);
    }
    const words = Array.from(tokens, (token) => [token, this.wordOf(token)] as const);
    return words
      .filter(([token]) => token !== PADDING && token !== START)
      .map(([, word]) => word)
      .join(" ");
  }

  /**
   * The tokens of a text, the start token first. As Keras's tokeniser does, everything is in lower case and punctuation
   * but the apostrophe separates words.
   * @throws ArgumentError if there is no word in it.
   */
  encodeReview(text: string): Int32Array {
    if (typeof text !== "string") {
      throw new ArgumentError("WordIndex.encodeReview", `text must be a text, got ${inWords(text)}`);
    }
    const words = splitWords(text);
    if (words.length === 0) {
      throw new ArgumentError("WordIndex.encodeReview", `text must hold a word, got ${JSON.stringify(text)}`);
    }
    return Int32Array.from([START, ...words.map((word) => this.tokenOf(word))]);
  }
}

/** A rank that is none, in a few words. */
function said(rank: unknown): string {
  return typeof rank === "string" ? rank.slice(0, 40) : inWords(rank);
}

/** The words of a text as `keras.preprocessing.text.text_to_word_sequence` finds them. */
function splitWords(text: string): string[] {
  const words = text.toLowerCase().replace(PUNCTUATION, " ").split(" ");
  return words.filter((word) => word !== "");
}
