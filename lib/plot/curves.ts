import { ShapeError } from "../errors";
import type { Axis, Figure, Layout, Marker, ScatterTrace } from "./Figure";
import { axisSuffix, panelGrid, panelTitle } from "./panelGrid";
import { axis, baseLayout, PALETTE, translucent, valueRange } from "./theme";

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
}

const SYMBOLS: NonNullable<Marker["symbol"]>[] = ["circle", "square", "diamond", "triangle-up", "cross", "x"];
const MARKERS_UP_TO = 60;
const BAND_OPACITY = 0.18;
const MINOR_TICKS_UP_TO = 50;
const LEGEND_GAP = 10;

/**
 * Line panels in a grid, one legend for all: a name has the same colour in every panel.
 * @throws ArgumentError without panels or with a column count below 1; ShapeError if x, y and band of a series differ
 * in length.
 * @example
 * const figure = nn.plot.curves({
 *   title: "Training",
 *   panels: [{ title: "loss", xLabel: "epoch", yLabel: "loss", series: [{ name: "train", y: [2.3, 0.6, 0.4] }] }],
 * });
 * console.log(figure.data.length); // 1
 */
export function curves(options: CurvesOptions): Figure {
  const { title, panels, columns = panels.length === 1 ? 1 : 2 } = options;
  const names = [...new Set(panels.flatMap((panel) => panel.series.map((series) => series.name)))];
  const legend = names.length > 1;
  const grid = panelGrid("curves", panels.length, columns, panelSize, legend ? legendWidth(names) : 0);
  const layout: Layout = {
    ...baseLayout(title, grid.width, grid.height),
    margin: grid.margin,
    showlegend: legend,
    hovermode: "x",
    annotations: panels.map(({ title }, i) => panelTitle(title, i)),
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
      ...axis(panel.xLabel, xTicks(panel)),
      domain: x,
      anchor: `y${axisSuffix(i)}`,
    };
    layout[`yaxis${axisSuffix(i)}`] = {
      ...axis(panel.yLabel, yScale(panel)),
      domain: y,
      anchor: `x${axisSuffix(i)}`,
    };
    for (const series of panel.series) {
      if (series.band) data.push(bandOf(series, series.band, names.indexOf(series.name), i));
    }
    for (const series of panel.series) {
      data.push({
        ...lineOf(series, names.indexOf(series.name), i),
        showlegend: legend && !shown.has(series.name),
      });
      shown.add(series.name);
    }
  }
  return { data, layout };
}

/** A single panel is larger than several. */
function panelSize(columns: number, rows: number): { width: number; height: number } {
  return { width: columns === 1 ? 540 : 330, height: columns === 1 && rows === 1 ? 310 : 230 };
}

function lineOf(series: Series, candidate: number, panel: number): ScatterTrace {
  const { name } = series;
  const y = Array.from(series.y, finiteOrNull);
  const x = positions(series).map(finiteOrNull);
  checkLength(series, "x", x);
  const color = PALETTE[candidate % PALETTE.length];
  return {
    type: "scatter",
    mode: y.length <= MARKERS_UP_TO ? "lines+markers" : "lines",
    name,
    legendgroup: name,
    xaxis: `x${axisSuffix(panel)}`,
    yaxis: `y${axisSuffix(panel)}`,
    x,
    y,
    line: { color, width: 2, dash: candidate < PALETTE.length ? "solid" : "dash" },
    marker: { color, size: 6, symbol: SYMBOLS[candidate % SYMBOLS.length] },
  };
}

/** A closed outline: along the low values, back along the high ones. Places where one of them is not finite are left out. */
function bandOf(
  series: Series,
  { low, high }: NonNullable<Series["band"]>,
  candidate: number,
  panel: number,
): ScatterTrace {
  checkLength(series, "band.low", low);
  checkLength(series, "band.high", high);
  const x = positions(series);
  const there = x.map((_, i) => i).filter((i) => [x[i], low[i], high[i]].every(Number.isFinite));
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

function checkLength({ name, y }: Series, part: string, { length }: ArrayLike<unknown>): void {
  if (length === y.length) return;
  const problem = `${part} must have as many values as y, ${y.length}, got ${length}`;
  throw new ShapeError("curves", `series "${name}": ${problem}`);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function legendWidth(names: string[]): number {
  return LEGEND_GAP + 50 + 7 * Math.max(...names.map((name) => name.length));
}

/** Whole-number ticks for epochs and steps: the smallest of 1, 2, 5, 10, … that gives at most ten. */
function xTicks(panel: Panel): Axis {
  const points = panel.series.map((series) => series.x ?? { length: series.y.length });
  const last = points.map((x) => (x.length > 0 ? (x[x.length - 1] ?? x.length) : 1));
  const whole = panel.series.every((series) => Array.from(series.x ?? []).every(Number.isInteger));
  if (!whole) return { exponentformat: "none" };
  const most = Math.max(1, ...last);
  for (let power = 1; ; power *= 10) {
    const dtick = [power, 2 * power, 5 * power].find((step) => most / step <= 10);
    if (dtick !== undefined) return { tick0: 0, dtick, tickmode: "linear", exponentformat: "none" };
  }
}

function yScale(panel: Panel): Axis {
  const { yRange, logY } = panel;
  if (!logY) return yRange === undefined ? {} : { range: yRange };
  const shown = panel.series.flatMap(({ y, band }) => [y, ...(band ? [band.low, band.high] : [])]);
  const positive = shown.flatMap((values) => Array.from(values)).filter((value) => value > 0);
  const [low, high] = yRange ?? valueRange(positive);
  const scale: Axis = { type: "log", exponentformat: "power" };
  if (high / low > MINOR_TICKS_UP_TO) scale.dtick = 1;
  return yRange === undefined ? scale : { ...scale, range: [Math.log10(yRange[0]), Math.log10(yRange[1])] };
}
