import { readPublished } from "../readPublished";

/** An epoch as Keras printed it; what it calls validation data are the test reviews. */
export interface PublishedEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly acc: number;
  readonly valLoss: number;
  readonly valAcc: number;
}

/** How the homework's recurrent networks and their data are cut. */
export interface ReviewSettings {
  readonly dictSize: number;
  readonly exampleLength: number;
  readonly embeddingLength: number;
  readonly batchSize: number;
  readonly units: number;
}

/** What the homework published of its networks on IMDB's reviews. */
export interface PublishedReviews {
  readonly lstm: ReviewSettings & {
    readonly params: readonly number[];
    readonly epochs: readonly PublishedEpoch[];
  };
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
  return readPublished("homework") as PublishedReviews;
}
