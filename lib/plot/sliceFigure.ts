import { checkOptions } from "../checks";
import { type Distribution, distribution } from "../search/dimension";
import type { Axis, Figure, Layout, ScatterTrace } from "./Figure";
import { axisSuffix, panelGrid } from "./panelGrid";
import {
  BEST_NOTE,
  type DrawnTrials,
  drawnTrials,
  notesOn,
  type ParamLabels,
  paramLabel,
  type StudyResults,
  type SucceededTrial,
  shownText,
} from "./StudyResults";
import { addNotes, axis, baseLayout, checkAxisRange, PALETTE } from "./theme";
import { logAxis } from "./ticks";

/** Title and labels of a figure of a study. */
export interface StudyFigureOptions {
  /** Stands above the figure. */
  readonly title: string;
  /** What the value of a trial is called (default: `value`). */
  readonly valueLabel?: string;
}

/** What `sliceFigure` draws. */
export interface SliceFigureOptions extends StudyFigureOptions, ParamLabels {
  /**
   * The ends of the axis of the values (default: as the values need). What lies beyond stands at the end as a triangle,
   * and is counted below the title.
   */
  readonly valueRange?: readonly [number, number];
}

/** Of the distance between two names, how far points are moved apart to the sides. */
const JITTER = 0.3;
/** The most ticks at powers of ten that a panel has room for. */
const POWERS = 6;
/** How far from the end of the axis, of its length, a triangle stands. */
const INSIDE = 0.02;
const GREY = "#bdbdbd";

/**
 * The value of every trial against each of its params, a panel a dimension, logarithmic where the dimension is. The
 * best trial of the greatest budget is marked; those of smaller budgets are grey. The points of a choice are spread to
 * the sides in the order of the trials. What is not shown is said below the title.
 * @throws ArgumentError if no trial succeeded, or for options out of their domain.
 */
export function sliceFigure(study: StudyResults, options: SliceFigureOptions): Figure {
  checkOptions("sliceFigure", options, ["title", "valueLabel", "valueRange", "labels"]);
  const { title, valueLabel = "value", valueRange } = options;
  if (valueRange) checkAxisRange("sliceFigure", "valueRange", valueRange);
  const drawn = drawnTrials(study, "sliceFigure");
  const trials = [...drawn.smaller, ...drawn.compared];
  const dimensions = Object.entries(study.space);
  const size = { width: 270, height: 230 };
  const grid = panelGrid("sliceFigure", dimensions.length, Math.min(3, dimensions.length), () => size, 0);
  const [low, high] = valueRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const layout: Layout = {
    ...baseLayout(title, grid.width, grid.height),
    margin: grid.margin,
  };
  addNotes(layout, [BEST_NOTE, ...beyond(drawn, low, high), ...notesOn(drawn, "in grey")]);
  const marker = {
    color: trials.map((_, i) =>
      i < drawn.smaller.length ? GREY : i < trials.length - 1 ? PALETTE[0]! : PALETTE[1]!,
    ),
    ...(valueRange && { symbol: trials.map(({ value }) => symbolOf(value, low, high)) }),
    size: 7,
    line: { color: "#ffffff", width: 0.5 },
  };
  const last = trials.reduce((most, { number }) => Math.max(most, number), 1);
  const data = dimensions.map(([name, dimension], i): ScatterTrace => {
    const values = distribution(dimension);
    const suffix = axisSuffix(i);
    layout[`xaxis${suffix}`] = {
      ...axis(paramLabel(name, options), xAxis(values)),
      domain: grid.domains[i].x,
      anchor: `y${suffix}`,
    };
    layout[`yaxis${suffix}`] = {
      ...axis(i % 3 === 0 ? valueLabel : "", valueRange && { range: [...valueRange] }),
      domain: grid.domains[i].y,
      anchor: `x${suffix}`,
      ...(i > 0 && { matches: "y" }),
    };
    return {
      type: "scatter",
      mode: "markers",
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
      x: trials.map(({ params, number }) => {
        const value = params[name]!;
        return values.names ? values.position(value) + JITTER * ((2 * number) / last - 1) : Number(value);
      }),
      y: trials.map(({ value }) => heightOf(value, low, high)),
      text: trials.map(
        ({ number, params, value }) =>
          `trial ${number}: ${shownText(params[name])}<br>${valueLabel} ${shownText(value)}`,
      ),
      hovertemplate: "%{text}<extra></extra>",
      marker,
    };
  });
  return { data, layout };
}

function xAxis(values: Distribution): Axis {
  const { names, logarithmic, range } = values;
  const pad = names ? 0.5 : 0.04 * (range[1] - range[0] || 1);
  const ends: [number, number] = [range[0] - pad, range[1] + pad];
  if (names) return { tickvals: names.map((_, k) => k), ticktext: [...names], range: ends };
  if (!logarithmic) return { type: "linear", exponentformat: "none", range: ends };
  return { ...logAxis([10 ** range[0], 10 ** range[1]], POWERS), range: ends };
}

function symbolOf(value: number, low: number, high: number): "circle" | "triangle-down" | "triangle-up" {
  if (value < low) return "triangle-down";
  return value > high ? "triangle-up" : "circle";
}

function heightOf(value: number, low: number, high: number): number {
  if (value < low) return low + INSIDE * (high - low);
  return value > high ? high - INSIDE * (high - low) : value;
}

/** How many trials lie beyond the ends of the axis, in words. */
function beyond({ smaller, compared }: DrawnTrials, low: number, high: number): string[] {
  const count = (outside: (trial: SucceededTrial) => boolean): number =>
    [...smaller, ...compared].filter(outside).length;
  const below = count(({ value }) => value < low);
  const above = count(({ value }) => value > high);
  return [
    ...(below > 0 ? [`▼ ${below} below ${low}`] : []),
    ...(above > 0 ? [`▲ ${above} above ${high}`] : []),
  ];
}
