import { checkRows } from "../checks";
import type { Plain } from "../plain";
import type { Trial } from "./Trial";

/**
 * A table of the trials: number, params, budget (if there is one), value, metrics, and why a trial failed (if one did).
 * All rows have the same columns; lists and objects are written as JSON, and a metric that is called like another
 * column is left out.
 * @param trials in the order of the rows: `study.trials` or `study.ranking`.
 * @throws ArgumentError if `trials` is no list of trials.
 */
export function studyRows(trials: readonly Trial[]): Record<string, string | number | boolean | null>[] {
  checkRows("studyRows", { trials });
  const taken = new Set(["trial", "budget", "value", "error", ...Object.keys(trials[0]?.params ?? {})]);
  const all = new Set(trials.flatMap((trial) => Object.keys(trial.metrics ?? {})));
  const metrics = [...all].filter((name) => !taken.has(name));
  const budgets = trials.some(({ budget }) => budget !== undefined);
  const failures = trials.some(({ error }) => error !== undefined);
  return trials.map((trial) => ({
    trial: trial.number,
    ...Object.fromEntries(Object.entries(trial.params).map(([name, value]) => [name, cell(value)])),
    ...(budgets && { budget: trial.budget ?? null }),
    value: trial.value,
    ...Object.fromEntries(metrics.map((name) => [name, cell(trial.metrics?.[name] ?? null)])),
    ...(failures && { error: trial.error ?? null }),
  }));
}

function cell(value: Plain): string | number | boolean | null {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
