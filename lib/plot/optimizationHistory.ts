import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { Direction } from "../search/Trial";
import { curves, type Series } from "./curves";
import type { Figure, Trace } from "./Figure";
import { axisSuffix } from "./panelGrid";
import { checkStudy, drawnTrials, greatestBudget, notesOn, type StudyResults } from "./StudyResults";
import type { StudyFigureOptions } from "./sliceFigure";
import { spreadSeries } from "./spreadSeries";
import { addNotes, checkAxisRange, PALETTE } from "./theme";

/** What `optimizationHistory` draws beside the title. */
export interface OptimizationHistoryOptions extends StudyFigureOptions {
  /** The values on a logarithmic axis. */
  readonly logValue?: boolean;
}

/**
 * The value of every trial, and the best so far, over the trials by number. Of different budgets, only the trials of
 * the greatest are drawn. What is not shown is said below the title.
 * @throws ArgumentError if no trial succeeded.
 */
export function optimizationHistory(study: StudyResults, options: OptimizationHistoryOptions): Figure {
  checkOptions("optimizationHistory", options, ["title", "valueLabel", "logValue"]);
  const { title, valueLabel = "value", logValue = false } = options;
  const drawn = drawnTrials(study, "optimizationHistory");
  const trials = [...drawn.compared].sort((a, b) => a.number - b.number);
  const x = trials.map(({ number }) => number);
  const y = trials.map(({ value }) => value);
  const best: Series = { name: "best so far", x, y: bestSoFar(y, study.direction) };
  const panel = {
    title: "each trial, and the best so far",
    xLabel: "trial",
    yLabel: valueLabel,
    series: [best],
    logY: logValue,
  };
  const figure = curves({ title, panels: [panel] });
  addNotes(figure.layout, notesOn(drawn, "not shown"));
  for (const trace of figure.data) {
    if (trace.type !== "scatter") continue;
    trace.mode = "lines";
    trace.line = { color: PALETTE[1], width: 2, shape: "hv" };
    trace.showlegend = true;
  }
  figure.data.unshift({
    type: "scatter",
    mode: "markers",
    name: "trial",
    x,
    y: y.map((value) => (logValue && value <= 0 ? null : value)),
    marker: { color: PALETTE[0], size: 7 },
  });
  return figure;
}

/** What `compareStudies` draws. */
export interface CompareStudiesOptions extends OptimizationHistoryOptions {
  /** The studies of each way to search, one a seed, all of one direction and one number of trials. */
  readonly groups: readonly { readonly name: string; readonly studies: readonly StudyResults[] }[];
  /** The ends of the axis of the values (default: as the values need). */
  readonly valueRange?: readonly [number, number];
}

const GREY = "#a6a6a6";

/**
 * The best so far of several ways to search, over the trials spent, a panel each on one scale: the median over the
 * studies of a group (seeds), in a band from the lowest to the highest, and in grey the medians of the others. A trial that failed is spent too, and so is one of a smaller budget than the
 * greatest, which is no best. It begins with the first trial after which
 * every study of the group has a best.
 * @throws ArgumentError without groups or studies, or if the studies differ in direction, number of trials or greatest budget, or one
 * has no trial that succeeded.
 */
export function compareStudies(options: CompareStudiesOptions): Figure {
  checkOptions("compareStudies", options, ["title", "valueLabel", "logValue", "groups", "valueRange"]);
  const { title, valueLabel = "value", logValue = false, groups, valueRange } = options;
  if (valueRange) checkAxisRange("compareStudies", "valueRange", valueRange, logValue);
  if (!areGroups(groups)) {
    throw new ArgumentError(
      "compareStudies",
      `groups must be a list of { name, studies }, got ${inWords(groups)}`,
    );
  }
  const studies = groups
    .flatMap((group) => group.studies)
    .map((study) => checkStudy(study, "compareStudies"));
  for (const [what, kinds] of [
    ["direction", new Set(studies.map(({ direction }) => direction))],
    ["number of trials", new Set(studies.map(({ trials }) => trials.length))],
    ["greatest budget", new Set(studies.map(({ trials }) => greatestBudget(trials)))],
  ] as const) {
    if (kinds.size === 1) continue;
    const got = kinds.size === 0 ? "no studies" : [...kinds].join(", ");
    throw new ArgumentError("compareStudies", `studies must have one ${what}, got ${got}`);
  }
  const most = greatestBudget(studies[0]!.trials);
  const series = groups.map(({ name, studies }) => {
    const runs = studies.map(({ trials, direction }) =>
      bestSoFar(
        trials.map(({ value, budget = 0 }) => (budget === most ? value : null)),
        direction,
      ),
    );
    if (runs.some((run) => !Number.isFinite(run.at(-1)))) {
      throw new ArgumentError(
        "compareStudies",
        `each study of ${name} must have a trial that succeeded, got one that has none`,
      );
    }
    const begin = runs.reduce((most, run) => Math.max(most, run.findIndex(Number.isFinite)), 0);
    const x = Array.from({ length: (runs[0]?.length ?? 0) - begin }, (_, i) => begin + i + 1);
    return spreadSeries(
      name,
      runs.map((run) => run.slice(begin)),
      x,
    );
  });
  const figure = curves({
    title,
    legend: false,
    columns: Math.min(3, series.length),
    panels: series.map((own, i) => ({
      title: own.name,
      xLabel: "trials",
      yLabel: i % 3 === 0 ? `best ${valueLabel}` : "",
      series: [own, ...series.filter((other) => other !== own).map(({ band, ...median }) => median)],
      logY: logValue,
      ...(valueRange && { yRange: [...valueRange] }),
    })),
  });
  for (let i = 1; i < series.length; i++)
    Object.assign(figure.layout[`yaxis${axisSuffix(i)}`]!, { matches: "y" });
  const isOwn = ({ name, xaxis }: Trace): boolean =>
    series.some((own, i) => own.name === name && xaxis === `x${axisSuffix(i)}`);
  const others = figure.data.filter((trace) => !isOwn(trace));
  for (const trace of others) Object.assign(trace, { mode: "lines", line: { color: GREY, width: 1.5 } });
  figure.data = [...others, ...figure.data.filter(isOwn)];
  addNotes(figure.layout, [
    "median of the studies, and from lowest to highest",
    ...(series.length > 1 ? ["grey: the medians of the others"] : []),
  ]);
  return figure;
}

function bestSoFar(values: readonly (number | null)[], direction: Direction): number[] {
  const better = direction === "maximize" ? Math.max : Math.min;
  let best = direction === "maximize" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return values.map((value) => {
    if (value !== null) best = better(best, value);
    return best;
  });
}

function areGroups(groups: unknown): boolean {
  return (
    Array.isArray(groups) && groups.every((group) => Array.isArray((group as { studies?: unknown })?.studies))
  );
}
