import { distribution } from "../search/dimension";
import type { Axis, Figure, Layout, ScatterTrace } from "./Figure";
import { axisSuffix, panelGrid } from "./panelGrid";
import { type StudyResults, worstFirst } from "./StudyResults";
import { axis, baseLayout, PALETTE } from "./theme";

/** Title and labels of a figure of a study. */
export interface StudyFigureOptions {
  /** Stands above the figure. */
  readonly title: string;
  /** What the value of a trial is called (default: `value`). */
  readonly valueLabel?: string;
}

/** Of the distance between two names, how far points are moved apart to the sides. */
const JITTER = 0.3;

/**
 * The value of every trial against each of its params, a panel a dimension, logarithmic where the dimension is. The
 * best trial is marked. The points of a choice are spread to the sides in the order of the trials.
 * @throws ArgumentError if no trial succeeded.
 */
export function sliceFigure(
  study: StudyResults,
  { title, valueLabel = "value" }: StudyFigureOptions,
): Figure {
  const trials = worstFirst(study, "sliceFigure");
  const dimensions = Object.entries(study.space);
  const size = { width: 270, height: 230 };
  const grid = panelGrid("sliceFigure", dimensions.length, Math.min(3, dimensions.length), () => size, 0);
  const layout: Layout = { ...baseLayout(title, grid.width, grid.height), margin: grid.margin };
  const colors = trials.map((_, i) => (i === trials.length - 1 ? PALETTE[1] : PALETTE[0]));
  const last = Math.max(1, ...trials.map(({ number }) => number));
  const data = dimensions.map(([name, dimension], i): ScatterTrace => {
    const values = distribution(dimension);
    const { names, logarithmic, range } = values;
    const suffix = axisSuffix(i);
    const pad = names ? 0.5 : 0.04 * (range[1] - range[0] || 1);
    const scale: Axis = names
      ? { tickvals: names.map((_, k) => k), ticktext: [...names] }
      : { type: logarithmic ? "log" : "linear", exponentformat: logarithmic ? "power" : "none" };
    if (logarithmic) scale.dtick = range[1] - range[0] > 1.5 ? 1 : "D2"; // powers of 10, or 1, 2 and 5 times them
    layout[`xaxis${suffix}`] = {
      ...axis(name, { ...scale, range: [range[0] - pad, range[1] + pad] }),
      domain: grid.domains[i].x,
      anchor: `y${suffix}`,
    };
    layout[`yaxis${suffix}`] = {
      ...axis(i % 3 === 0 ? valueLabel : ""),
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
        return names ? values.position(value) + JITTER * ((2 * number) / last - 1) : Number(value);
      }),
      y: trials.map(({ value }) => value),
      text: trials.map(({ number, params }) => `trial ${number}: ${JSON.stringify(params[name])}`),
      hovertemplate: `%{text}<br>${valueLabel} %{y}<extra></extra>`,
      marker: { color: colors, size: 7, line: { color: "#ffffff", width: 0.5 } },
    };
  });
  return { data, layout };
}
