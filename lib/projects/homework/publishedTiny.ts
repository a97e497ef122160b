import { readPublished } from "../readPublished";

/** What the homework says of its tiny networks, as `data/published/homework.json` holds it. */
export interface PublishedTiny {
  /** What else is known, in words. */
  readonly note: string;
  /** η of every step. */
  readonly learningRate: number;
  /** The size of the hidden layer with the best test accuracy on the digits. */
  readonly bestHidden: number;
}

/** The homework's published numbers of its tiny networks; its accuracies were in figures that were not published. */
export function publishedTiny(): PublishedTiny {
  const homework = readPublished<{ tiny: PublishedTiny }>("homework");
  return homework.tiny;
}
