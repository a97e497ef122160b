import type { Scores } from "./Scores";

/** The scores of one class against all others. */
export interface ClassScores extends Scores {
  /** The class, as a number. */
  label: number;
  /** What the report calls it. */
  name: string;
}
