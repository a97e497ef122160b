import { ArgumentError } from "../errors";
import type { Space } from "../search/space";
import { byValue, type Direction, type Trial } from "../search/Trial";

/** What the figures of a study draw: a `Study` is one. */
export interface StudyResults {
  /** The name of the study. */
  readonly name: string;
  /** What was searched. */
  readonly space: Space;
  /** Whether large values are good, or small ones. */
  readonly direction: Direction;
  /** The finished trials. */
  readonly trials: readonly Trial[];
}

export type SucceededTrial = Trial & { readonly value: number };

/** The trials that succeeded, worst first, so that the best are drawn on top. @throws ArgumentError if there is none. */
export function worstFirst({ trials, direction }: StudyResults, where: string): SucceededTrial[] {
  const succeeded = trials.filter((trial): trial is SucceededTrial => trial.value !== null);
  if (succeeded.length === 0) throw new ArgumentError(where, "wanted a trial that succeeded, got none");
  return succeeded.sort(byValue(direction)).reverse();
}
