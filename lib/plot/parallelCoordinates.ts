import { checkOptions } from "../checks";
import { distribution } from "../search/dimension";
import type { Annotation, ColorScale, Figure, Layout, ScatterTrace } from "./Figure";
import {
  BEST_NOTE,
  drawnTrials,
  notesOn,
  type ParamLabels,
  paramLabel,
  type StudyResults,
  type SucceededTrial,
  shownText,
} from "./StudyResults";
import type { StudyFigureOptions } from "./sliceFigure";
import { addNotes, baseLayout, PALETTE } from "./theme";
import { tickText, tickTexts } from "./ticks";

const COLUMN = 130;
const MARGIN = { l: 70, r: 80, t: 92, b: 40 };
const HEIGHT = 420;
const TICKS = 5;
const INK = "#262626";
const BEHIND_TICKS = "rgba(255, 255, 255, 0.75)";
const DECADES = 8;
/** Worst to best. */
const COLORS: ColorScale = [
  [0, "#d9d9d9"],
  [0.5, "#9ecae1"],
  [1, "#08519c"],
];

/** What `parallelCoordinates` draws. */
export interface ParallelCoordinatesOptions extends StudyFigureOptions, ParamLabels {}

interface Column {
  readonly name: string;
  /** Where a trial crosses it, from 0 at the bottom to 1. */
  readonly height: (trial: SucceededTrial) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/**
 * A line for every trial through its params, a vertical axis each (logarithmic where the dimension is), to its value
 * on the last axis. The colour is the rank of the value, light to dark blue; the best trial is drawn on top, in orange.
 * Of different budgets, only the trials of the greatest are drawn. What is not shown is said below the title.
 * @throws ArgumentError if no trial succeeded.
 */
export function parallelCoordinates(study: StudyResults, options: ParallelCoordinatesOptions): Figure {
  checkOptions("parallelCoordinates", options, ["title", "valueLabel", "labels"]);
  const drawn = drawnTrials(study, "parallelCoordinates");
  const trials = drawn.compared;
  const { title, valueLabel = "value" } = options;
  const names = Object.keys(study.space);
  const columns = [...dimensionColumns(study, options), valueColumn(trials, valueLabel)];
  const data = trials.map((trial, i): ScatterTrace => {
    const best = i === trials.length - 1;
    const color = best ? PALETTE[1]! : colorAt(trials.length === 1 ? 1 : i / (trials.length - 1));
    return {
      type: "scatter",
      mode: "lines",
      name: `trial ${trial.number}`,
      x: columns.map((_, column) => column),
      y: columns.map(({ height }) => height(trial)),
      text: columns.map(({ name }, i) => `${name} ${shownText(trial.params[names[i] ?? ""] ?? trial.value)}`),
      hovertemplate: "%{text}",
      line: { color, width: best ? 3 : 1.5 },
    };
  });
  const width = MARGIN.l + MARGIN.r + COLUMN * (columns.length - 1);
  const layout: Layout = {
    ...baseLayout(title, Math.max(420, width), HEIGHT),
    margin: MARGIN,
    annotations: columns.flatMap(labels),
    xaxis: { visible: false, range: [0, columns.length - 1] },
    yaxis: { visible: false, range: [-0.02, 1.02] },
  };
  addNotes(layout, [BEST_NOTE, ...notesOn(drawn, "not shown")]);
  return { data: [...columns.map((_, i) => rule(i)), ...data], layout };
}

function dimensionColumns({ space }: StudyResults, options: ParamLabels): Column[] {
  return Object.entries(space).map(([name, dimension]) => {
    const values = distribution(dimension);
    const { names, logarithmic, whole, range } = values;
    const share = shareOf(range);
    const valueAt = (at: number): number => (logarithmic ? 10 ** at : at);
    const texts = (at: readonly number[]): string[] =>
      whole ? at.map((one) => String(Math.round(valueAt(one)))) : tickTexts(at.map(valueAt));
    const rounded = (at: number): number => {
      const value = Math.round(valueAt(at));
      return Math.abs(value - valueAt(at)) < 1e-9 ? at : values.position(value);
    };
    const positions = whole
      ? new Map(evenPositions(range).map((at) => [Math.round(valueAt(at)), rounded(at)])).values()
      : evenPositions(range);
    const ticks = names
      ? names.map((name, i) => ({ at: share(i), text: name }))
      : ((logarithmic ? decadeTicks(range, share) : undefined) ?? ticksAt([...positions], share, texts));
    return {
      name: paramLabel(name, options),
      ticks,
      height: ({ params }) => share(values.position(params[name]!)),
    };
  });
}

function valueColumn(trials: readonly SucceededTrial[], name: string): Column {
  const values = trials.map(({ value }) => value);
  const range: [number, number] = [
    Math.min(values[0]!, values.at(-1)!),
    Math.max(values[0]!, values.at(-1)!),
  ];
  const share = shareOf(range);
  return {
    name,
    height: ({ value }) => share(value),
    ticks: ticksAt(evenPositions(range), share, tickTexts),
  };
}

/** In the middle where low and high are the same. */
function shareOf([low, high]: readonly [number, number]): (position: number) => number {
  return (position) => (high > low ? (position - low) / (high - low) : 0.5);
}

function evenPositions([low, high]: readonly [number, number]): number[] {
  const count = high > low ? TICKS : 1;
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / Math.max(1, count - 1));
}

function ticksAt(
  positions: readonly number[],
  share: (position: number) => number,
  textsOf: (positions: readonly number[]) => string[],
): { at: number; text: string }[] {
  const texts = textsOf(positions);
  return positions.map((position, i) => ({ at: share(position), text: texts[i]! }));
}

/** At the powers of ten, or undefined if there are too few or too many of them in the range. */
function decadeTicks(
  [low, high]: readonly [number, number],
  share: (position: number) => number,
): { at: number; text: string }[] | undefined {
  const first = Math.ceil(low - 1e-9);
  const count = Math.floor(high + 1e-9) - first + 1;
  if (count < 3 || count > DECADES) return undefined;
  return Array.from({ length: count }, (_, i) => ({
    at: share(first + i),
    text: tickText(Number(`1e${first + i}`)),
  }));
}

function rule(column: number): ScatterTrace {
  return {
    type: "scatter",
    mode: "lines",
    hoverinfo: "skip",
    x: [column, column],
    y: [0, 1],
    line: { color: INK, width: 1 },
    cliponaxis: false,
  };
}

function labels({ name, ticks }: Column, column: number): Annotation[] {
  const heading: Annotation = {
    text: name,
    x: column,
    y: 1,
    yshift: 14,
    yanchor: "bottom",
    xanchor: "center",
    showarrow: false,
    font: { size: 14 },
  };
  const marks = ticks.map(
    ({ at, text }): Annotation => ({
      text,
      x: column,
      y: at,
      xshift: 5,
      xanchor: "left",
      yanchor: "middle",
      showarrow: false,
      font: { size: 11, color: INK },
      bgcolor: BEHIND_TICKS,
    }),
  );
  return [heading, ...marks];
}

/** Between the colours of COLORS, at a place from 0 to 1. */
function colorAt(place: number): string {
  const above = Math.max(
    1,
    COLORS.findIndex(([at]) => at >= place),
  );
  const [[low, from], [high, to]] = [COLORS[above - 1]!, COLORS[above]!];
  const share = (place - low) / (high - low);
  const channel = (color: string, i: number): number =>
    Number.parseInt(color.slice(2 * i + 1, 2 * i + 3), 16);
  const mixed = [0, 1, 2].map((i) =>
    Math.round(channel(from, i) + share * (channel(to, i) - channel(from, i))),
  );
  return `rgb(${mixed.join(",")})`;
}
