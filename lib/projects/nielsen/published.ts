import { readPublished } from "../readPublished";

/** A run of thirty epochs, as `data/published/nielsen.json` holds it. */
export interface PublishedChapter {
  /** η of every step. */
  readonly learningRate: number;
  /** Test digits right by epoch, counted from 0: every fifth and the last. */
  readonly correct: Readonly<Record<string, number>>;
  /** On an Apple M2. */
  readonly seconds: number;
}

/** The published runs of the programs of chapters 1 to 3 of Nielsen's book. */
export interface PublishedNielsen {
  /** Chapter 1. */
  readonly network: PublishedChapter;
  /** Chapter 2. */
  readonly network2: PublishedChapter;
  /** Chapter 3. */
  readonly network3: PublishedChapter;
}

/** The published numbers of the project on Nielsen's book. */
export function published(): PublishedNielsen {
  return readPublished<PublishedNielsen>("nielsen");
}
