import { checkOptions, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { Axis, Figure, Layout, MarkerShape, ScatterTrace } from "./Figure";
import { axisSuffix, panelGrid, panelTitle } from "./panelGrid";
import { axis, baseLayout, checkAxisRange, PALETTE, translucent, valueRange } from "./theme";
import { logAxis, niceStep } from "./ticks";

/** One line: y over x, or over 1, 2, 3, … where no x is given (epochs). Values that are not finite leave a gap. */
export interface Series {
  /** Stands in the legend. */
  name: string;
  /** The heights of the points. */
  y: ArrayLike<number>;
  /** Their places (default: 1, 2, 3, …). */
  x?: ArrayLike<number>;
  /** Shades from low to high behind the line, as the spread of several runs; a value each for every y. */
  band?: { low: ArrayLike<number>; high: ArrayLike<number> };
  /** Draws open points and no line, as for measurements beside a curve (default: false). */
  points?: boolean;
}

/** A pair of axes with its lines. */
export interface Panel {
  /** Stands above the panel. */
  title: string;
  /** Says what x is. */
  xLabel: string;
  /** Says what y is. */
  yLabel: string;
  /** The lines, in the order of the legend. */
  series: Series[];
  /** The ends of the y axis (default: as the values need). */
  yRange?: [number, number];
  /** Whether the y axis is logarithmic (default: false). */
  logY?: boolean;
}

/** What `curves` draws. */
export interface CurvesOptions {
  /** Stands above the figure. */
  title: string;
  /** Row by row, from left to right. */
  panels: Panel[];
  /** Panels side by side; the rest go into further rows. */
  columns?: number;
  /** Whether a legend names the lines (default: if there is more than one name). */
  legend?: boolean;
}

const SYMBOLS: MarkerShape[] = ["circle", "square", "diamond", "triangle-up", "cross", "x"];
/** Of all symbols the triangle is the smallest at the same size. */
const SIZES: Partial<Record<MarkerShape, number>> = { "triangle-up": 8 };
const SIZE = 6;
/** How much larger open points are, so that a line is seen through them. */
const OPEN = 1.5;
const MARKERS_UP_TO = 60;
/** How far a whole-number axis goes beyond its points, of its length. */
const PAD = 0.025;
const BAND_OPACITY = 0.18;
/** From here on, a number leaves room for half as many ticks. */
const LONG = 1_000;
const LEGEND_GAP = 10;

/**
 * Line panels in a grid, one legend for all: a name has the same colour in every panel.
 * On a logarithmic axis, what is not > 0 leaves a gap, and the title of the panel says how many values that are.
 * @throws ArgumentError without panels, with a column count below 1, or for ranges and lists that are none; ShapeError if
 * x, y and band of a series differ in length.
 * @example
 * const figure = nn.plot.curves({
 *   title: "Training",
 *   panels: [{ title: "loss", xLabel: "epoch", yLabel: "loss", series: [{ name: "train", y: [2.3, 0.6, 0.4] }] }],
 * });
 * console.log(figure.data.length); // 1
 */
export function curves(options: CurvesOptions): Figure {
  checkOptions("curves", options, ["title", "panels", "columns", "legend"]);
  const { title, panels } = options;
  if (!Array.isArray(panels)) {
    throw new ArgumentError("curves", `panels must be a list, got ${inWords(panels)}`);
  }
  for (const panel of panels) checkPanel(panel);
  const names = [...new Set(panels.flatMap((panel) => panel.series.map((series) => series.name)))];
  const { columns = panels.length === 1 ? 1 : 2, legend = names.length > 1 } = options;
  const grid = panelGrid("curves", panels.length, columns, panelSize, legend ? legendWidth(names) : 0);
  const layout: Layout = {
    ...baseLayout(title, grid.width, grid.height),
    margin: grid.margin,
    showlegend: legend,
    hovermode: "x",
    annotations: panels.map((panel, i) => panelTitle(hiddenBelow(panel), i)),
  };
  if (legend)
    layout.legend = {
      x: 1 + LEGEND_GAP / grid.plotWidth,
      xanchor: "left",
      y: 1,
      yanchor: "top",
      tracegroupgap: 2,
    };
  const shown = new Set<string>();
  const data: ScatterTrace[] = [];
  for (const [i, panel] of panels.entries()) {
    const { x, y } = grid.domains[i];
    layout[`xaxis${axisSuffix(i)}`] = {
      ...axis(panel.xLabel, xAxis(panel)),
      domain: x,
      anchor: `y${axisSuffix(i)}`,
    };
    layout[`yaxis${axisSuffix(i)}`] = {
      ...axis(panel.yLabel, yScale(panel)),
      domain: y,
      anchor: `x${axisSuffix(i)}`,
    };
    for (const series of panel.series) {
      if (series.band) data.push(bandOf(series, series.band, names.indexOf(series.name), i, panel.logY));
    }
    for (const series of panel.series) {
      data.push({
        ...lineOf(series, names.indexOf(series.name), i, panel.logY),
        showlegend: legend && !shown.has(series.name),
      });
      shown.add(series.name);
    }
  }
  return { data, layout };
}

/** A single panel is larger than several. */
function panelSize(columns: number, rows: number): { width: number; height: number } {
  if (columns === 1 && rows === 1) return { width: 540, height: 310 };
  return { width: columns === 1 ? 540 : columns === 2 ? 330 : 260, height: rows === 1 ? 230 : 205 };
}

function lineOf(series: Series, candidate: number, panel: number, logY = false): ScatterTrace {
  const { name } = series;
  const y = Array.from(series.y, (value) => (logY && value <= 0 ? null : finiteOrNull(value)));
  const x = positions(series).map(finiteOrNull);
  const color = PALETTE[candidate % PALETTE.length];
  const symbol = SYMBOLS[candidate % SYMBOLS.length]!;
  const size = SIZES[symbol] ?? SIZE;
  const mode = y.length <= MARKERS_UP_TO ? "lines+markers" : "lines";
  return {
    type: "scatter",
    mode: series.points ? "markers" : mode,
    name,
    legendgroup: name,
    xaxis: `x${axisSuffix(panel)}`,
    yaxis: `y${axisSuffix(panel)}`,
    x,
    y,
    line: { color, width: 2, dash: candidate < PALETTE.length ? "solid" : "dash" },
    marker: series.points
      ? { color, size: OPEN * size, symbol: `${symbol}-open`, line: { color, width: 2 } }
      : { color, size, symbol },
  };
}

/** A closed outline: along the low values, back along the high ones. Places where one of them is not finite are left out. */
function bandOf(
  series: Series,
  { low, high }: NonNullable<Series["band"]>,
  candidate: number,
  panel: number,
  logY = false,
): ScatterTrace {
  const x = positions(series);
  const there = x
    .map((_, i) => i)
    .filter((i) => [x[i], low[i], high[i]].every(Number.isFinite) && !(logY && low[i] <= 0));
  const back = [...there].reverse();
  return {
    type: "scatter",
    mode: "lines",
    name: series.name,
    legendgroup: series.name,
    showlegend: false,
    hoverinfo: "skip",
    xaxis: `x${axisSuffix(panel)}`,
    yaxis: `y${axisSuffix(panel)}`,
    x: [...there, ...back].map((i) => x[i]),
    y: [...there.map((i) => low[i]), ...back.map((i) => high[i])],
    line: { width: 0 },
    fill: "toself",
    fillcolor: translucent(PALETTE[candidate % PALETTE.length], BAND_OPACITY),
  };
}

function positions({ x, y }: Series): number[] {
  return Array.from(x ?? y, (value, i) => (x ? value : i + 1));
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function legendWidth(names: string[]): number {
  return LEGEND_GAP + 50 + 7 * names.reduce((most, name) => Math.max(most, name.length), 0);
}

/**
 * Ticks at every 1, 2, 5, 10, … that give at most about ten, at whole numbers if the points are, on an axis that ends a
 * little beyond the points, and not at a 0 that they do not reach.
 */
function xAxis({ series }: Panel): Axis {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let whole = true;
  for (const x of series.map(positions)) {
    for (const at of x.filter(Number.isFinite)) {
      [low, high] = [Math.min(low, at), Math.max(high, at)];
      whole &&= Number.isInteger(at);
    }
  }
  if (low > high) [low, high] = [1, 1];
  // Ticks are counted from 0; the way there counts too, unless it is longer than the line.
  const near = low > 0 ? low <= high - low : -high <= high - low;
  const extent = (near ? Math.max(high, 0) - Math.min(low, 0) : high - low) || 1;
  const most = Math.max(-low, high) < LONG ? 10 : 5;
  const step = niceStep(extent, most);
  const pad = high > low ? PAD * (high - low) : 0.5;
  const range: [number, number] = [low > 0 ? Math.max(low - pad, low / 10) : low - pad, high + pad];
  return {
    tick0: 0,
    dtick: whole ? Math.max(1, step) : step,
    tickmode: "linear",
    exponentformat: "none",
    range,
  };
}

function yScale(panel: Panel): Axis {
  const { yRange, logY } = panel;
  if (!logY) return yRange === undefined ? {} : { range: yRange };
  const shown = panel.series.flatMap(({ y, band }) => [y, ...(band ? [band.low, band.high] : [])]);
  const positive = shown.flatMap((values) => Array.from(values)).filter((value) => value > 0);
  if (yRange === undefined) return positive.length > 0 ? logAxis(valueRange(positive)) : { type: "log" };
  return { ...logAxis(yRange), range: [Math.log10(yRange[0]), Math.log10(yRange[1])] };
}

/** How many values a logarithmic axis cannot show, in words behind the title of the panel. */
function hiddenBelow({ title, series, logY }: Panel): string {
  if (!logY) return title;
  const hidden = series.reduce((sum, { y }) => sum + Array.from(y).filter((value) => value <= 0).length, 0);
  if (hidden === 0) return title;
  return `${title} (${hidden} ${hidden === 1 ? "value" : "values"} ≤ 0 not shown)`.trim();
}

function checkPanel(panel: Panel): void {
  checkOptions("curves, panels", panel, ["title", "xLabel", "yLabel", "series", "yRange", "logY"]);
  const { series, yRange, logY = false } = panel;
  if (!Array.isArray(series)) {
    throw new ArgumentError("curves", `series must be a list, got ${inWords(series)}`);
  }
  for (const one of series) {
    checkOptions("curves, series", one, ["name", "y", "x", "band", "points"]);
    checkList(one, "y", one.y);
    if (one.x !== undefined) checkList(one, "x", one.x);
    if (one.band === undefined) continue;
    checkOptions(`curves, band of "${one.name}"`, one.band, ["low", "high"]);
    checkList(one, "band.low", one.band.low);
    checkList(one, "band.high", one.band.high);
  }
  if (yRange !== undefined) checkAxisRange("curves", "yRange", yRange, logY);
}

function checkList({ name, y }: Series, part: string, values: ArrayLike<number>): void {
  if (typeof values !== "object" || !Number.isInteger(values?.length)) {
    const problem = `series "${name}": ${part} must be a list of numbers, got ${inWords(values)}`;
    throw new ArgumentError("curves", problem);
  }
  if (values.length === y.length) return;
  const problem = `${part} must have as many values as y, ${y.length}, got ${values.length}`;
  throw new ShapeError("curves", `series "${name}": ${problem}`);
}
