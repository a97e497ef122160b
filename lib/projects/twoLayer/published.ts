import { readPublished } from "../readPublished";
import type { EpochRow } from "./measureEpoch";

/** What the two-layer project published, as `data/published/two-layer.json` holds it. */
export interface PublishedTwoLayer {
  /** The 50 trials, best first. */
  readonly searchTable: {
    readonly rank: number;
    readonly lr: number;
    readonly weightDecay: number;
    readonly hiddenSize: number;
    readonly valAcc: number;
  }[];
  /** From epoch 2 on: the first was left out. */
  readonly epochTable: EpochRow[];
  /** After the last step. */
  readonly finalTestAcc: number;
}

/** The published numbers of the two-layer project. */
export function published(): PublishedTwoLayer {
  return readPublished<PublishedTwoLayer>("two-layer");
}
