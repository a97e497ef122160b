import { checkLists } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { spreadOf } from "../metrics/spreadOf";
import type { Series } from "./curves";

/**
 * Several runs as one line of `curves`: their median, in a band from the lowest to the highest. Each run has a value
 * for every x (1, 2, 3, … where none is given).
 * @throws ArgumentError without runs, or if a value is not finite; ShapeError if runs differ in length.
 */
export function spreadSeries(
  name: string,
  runs: readonly ArrayLike<number>[],
  x?: ArrayLike<number>,
): Series {
  checkLists("spreadSeries", { runs }, "runs");
  for (const run of runs) checkLists("spreadSeries", { [`every run of "${name}"`]: run });
  if (runs.length === 0) {
    throw new ArgumentError("spreadSeries", `series "${name}" must have at least one run, got none`);
  }
  const { length } = runs[0];
  const other = runs.find((run) => run.length !== length);
  if (other) {
    const problem = `runs must have as many values as the first, ${length}, got ${other.length}`;
    throw new ShapeError("spreadSeries", `series "${name}": ${problem}`);
  }
  const spreads = Array.from({ length }, (_, i) => spreadOf(runs.map((run) => run[i])));
  return {
    name,
    y: spreads.map(({ median }) => median),
    ...(x && { x }),
    band: { low: spreads.map(({ low }) => low), high: spreads.map(({ high }) => high) },
  };
}
