import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { Space } from "../search/space";
import { byValue, type Direction, type Trial } from "../search/Trial";
import { PALETTE } from "./theme";
import { tickText } from "./ticks";

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

/** The trials of a study that can be drawn. Those of the greatest budget are compared; the others are not the same. */
export interface DrawnTrials {
  /** Those that succeeded with the greatest budget, worst first, so that the best are drawn on top. */
  readonly compared: readonly SucceededTrial[];
  /** Those that succeeded with a smaller budget. */
  readonly smaller: readonly SucceededTrial[];
  readonly failed: number;
  /** The greatest budget, if there are budgets. */
  readonly budget: number | undefined;
}

/** @throws ArgumentError from `where` if no trial succeeded, or for what is no study. */
export function drawnTrials(study: StudyResults, where: string): DrawnTrials {
  const { trials, direction } = checkStudy(study, where);
  const succeeded = trials.filter((trial): trial is SucceededTrial => trial.value !== null);
  if (succeeded.length === 0) {
    const got = trials.length === 0 ? "no trial" : `${trials.length} that failed`;
    throw new ArgumentError(where, `study must have a trial that succeeded, got ${got}`);
  }
  const most = greatestBudget(succeeded);
  const compared = succeeded.filter(({ budget = 0 }) => budget === most);
  return {
    compared: compared.sort(byValue(direction)).reverse(),
    smaller: succeeded.filter(({ budget = 0 }) => budget < most),
    failed: trials.length - succeeded.length,
    budget: succeeded.some(({ budget }) => budget !== undefined) ? most : undefined,
  };
}

/** Of the trials that succeeded; 0 where there are none, or no budgets. */
export function greatestBudget(trials: readonly Trial[]): number {
  return trials.reduce((most, { budget = 0, value }) => (value === null ? most : Math.max(most, budget)), 0);
}

/** @throws ArgumentError from `where` unless it has what a study has. */
export function checkStudy(study: StudyResults, where: string): StudyResults {
  const { space, trials, direction } = (study ?? {}) as Partial<StudyResults>;
  const whole = typeof space === "object" && Array.isArray(trials);
  if (whole && (direction === "minimize" || direction === "maximize")) return study;
  throw new ArgumentError(where, `study must be a Study, got ${inWords(study)}`);
}

/**
 * What a reader of the figure would miss, for below its title.
 * @param smaller how trials of smaller budgets are drawn: `grey`, `not shown`.
 */
export function notesOn({ smaller, failed, budget }: DrawnTrials, smallerAre: string): string[] {
  const budgets = [...new Set(smaller.map((trial) => trial.budget ?? 0))].sort((a, b) => a - b);
  return [
    ...(smaller.length > 0
      ? [
          `best of budget ${budget}; ${smaller.length} of smaller budgets (${budgets.join(", ")}) ${smallerAre}`,
        ]
      : []),
    ...(failed > 0 ? [`${failed} failed, not shown`] : []),
  ];
}

/** Options of every figure that names params. */
export interface ParamLabels {
  /** How params are called in the figure (default: the words of their names, `learning rate` for `learningRate`). */
  readonly labels?: Readonly<Record<string, string>>;
}

export function paramLabel(name: string, { labels }: ParamLabels): string {
  return (
    labels?.[name] ?? name.replace(/([a-z\d])([A-Z])/g, (_, end, start) => `${end} ${start.toLowerCase()}`)
  );
}

/** What the mark of the best trial means. */
export const BEST_NOTE: string = `<span style="color:${PALETTE[1]}">orange</span>: the best`;

/** A param or a value as the pointer shows it: numbers that are not whole with four digits. */
export function shownText(value: unknown): string {
  return typeof value === "number" && !Number.isInteger(value) ? tickText(value) : String(value);
}
