import { readPublished } from "../readPublished";

/** An epoch as Keras printed it; what it calls validation data are the test reviews. */
export interface PublishedEpoch {
  /** Counted from 1. */
  readonly epoch: number;
  /** The training loss. */
  readonly loss: number;
  /** The training accuracy. */
  readonly acc: number;
  /** The loss on the test reviews. */
  readonly valLoss: number;
  /** The accuracy on the test reviews. */
  readonly valAcc: number;
}

/** How the homework's recurrent networks and their data are cut. */
export interface ReviewSettings {
  /** Tokens from here on are unknown words. */
  readonly dictSize: number;
  /** Tokens a review. */
  readonly exampleLength: number;
  /** Numbers a word. */
  readonly embeddingLength: number;
  /** Reviews a step. */
  readonly batchSize: number;
  /** Units of the recurrent layer. */
  readonly units: number;
}

/** What the homework published of its networks on IMDB's reviews. */
export interface PublishedReviews {
  /** The LSTM, its parameters layer by layer, and its epochs. */
  readonly lstm: ReviewSettings & {
    readonly params: readonly number[];
    readonly epochs: readonly PublishedEpoch[];
  };
  /** The GRU, its parameters layer by layer, and the epochs of its two runs. */
  readonly gru: ReviewSettings & {
    readonly params: readonly number[];
    readonly runs: readonly (readonly PublishedEpoch[])[];
  };
  /** The 25 runs of three epochs each, and the best of the epochs. */
  readonly lstmSweep: readonly (ReviewSettings & {
    readonly run: number;
    readonly bestAcc: number;
    readonly bestEpoch: number;
  })[];
}

/** The homework's published numbers of its networks on IMDB's reviews. */
export function publishedReviews(): PublishedReviews {
  return readPublished<PublishedReviews>("homework");
}
