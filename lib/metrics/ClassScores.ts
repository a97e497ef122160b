import type { Scores } from "./Scores";

/** The scores of one class against all others. */
export interface ClassScores extends Scores {
  label: number;
  name: string;
}
