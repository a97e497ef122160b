import { ArgumentError, ShapeError } from "../errors";
import type { Axis, Figure, Layout, Marker, ScatterTrace } from "./Figure";
import { axis, baseLayout, PALETTE, translucent, valueRange } from "./theme";

/** One line: y over x, or over 1, 2, 3, … where no x is given (epochs). Values that are not finite leave a gap. */
export interface Series {
  name: string;
  y: ArrayLike<number>;
  x?: ArrayLike<number>;
  /** Shades from low to high behind the line, as the spread of several runs; a value each for every y. */
  band?: { low: ArrayLike<number>; high: ArrayLike<number> };
}

export interface Panel {
  title: string;
  xLabel: string;
  yLabel: string;
  series: Series[];
  yRange?: [number, number];
  logY?: boolean;
}

export interface CurvesOptions {
  title: string;
  panels: Panel[];
  /** Panels side by side; the rest go into further rows. */
  columns?: number;
}

const SYMBOLS: NonNullable<Marker["symbol"]>[] = ["circle", "square", "diamond", "triangle-up", "cross", "x"];
const MARKERS_UP_TO = 60;
const BAND_OPACITY = 0.18;
const MINOR_TICKS_UP_TO = 50;
const MARGIN = { left: 70, right: 24, top: 78, bottom: 58 };
const LEGEND_GAP = 10;
const GAP = { x: 82, y: 96 };

/**
 * Line panels in a grid, one legend for all: a name has the same colour in every panel.
 * @throws ArgumentError without panels or with a column count below 1; ShapeError if x, y and band of a series differ
 * in length.
 */
export function curves(options: CurvesOptions): Figure {
  const { title, panels, columns = panels.length === 1 ? 1 : 2 } = options;
  if (panels.length === 0) throw new ArgumentError("curves", "panels must hold at least one panel, got none");
  if (!Number.isInteger(columns) || columns < 1) {
    throw new ArgumentError("curves", `columns must be a whole number of at least 1, got ${columns}`);
  }
  const names = [...new Set(panels.flatMap((panel) => panel.series.map((series) => series.name)))];
  const legend = names.length > 1;
  const grid = gridOf(panels.length, columns, legend ? legendWidth(names) : 0);
  const layout: Layout = {
    ...baseLayout(title, grid.width, grid.height),
    margin: grid.margin,
    showlegend: legend,
    hovermode: "x",
    annotations: panels.map((panel, i) => ({
      text: panel.title,
      xref: `x${suffix(i)} domain`,
      yref: `y${suffix(i)} domain`,
      x: 0.5,
      y: 1,
      xanchor: "center",
      yanchor: "bottom",
      yshift: 4,
      showarrow: false,
      font: { size: 14 },
    })),
  };
  if (legend) layout.legend = { x: grid.legendX, xanchor: "left", y: 1, yanchor: "top", tracegroupgap: 2 };
  const shown = new Set<string>();
  const data: ScatterTrace[] = [];
  for (const [i, panel] of panels.entries()) {
    const { x, y } = grid.domains[i];
    layout[`xaxis${suffix(i)}`] = {
      ...axis(panel.xLabel, xTicks(panel)),
      domain: x,
      anchor: `y${suffix(i)}`,
    };
    layout[`yaxis${suffix(i)}`] = {
      ...axis(panel.yLabel, yScale(panel)),
      domain: y,
      anchor: `x${suffix(i)}`,
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

/** Plotly counts the axes x, x2, x3, … */
function suffix(panel: number): number | "" {
  return panel === 0 ? "" : panel + 1;
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
    xaxis: `x${suffix(panel)}`,
    yaxis: `y${suffix(panel)}`,
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
    xaxis: `x${suffix(panel)}`,
    yaxis: `y${suffix(panel)}`,
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

interface Grid {
  width: number;
  height: number;
  margin: { l: number; r: number; t: number; b: number };
  /** Where the legend begins, as a fraction of the plotting area. */
  legendX: number;
  domains: { x: [number, number]; y: [number, number] }[];
}

/** Panel positions as fractions of the plotting area, from sizes in pixels. */
function gridOf(panels: number, wanted: number, legend: number): Grid {
  const columns = Math.min(wanted, panels);
  const rows = Math.ceil(panels / columns);
  const panelWidth = columns === 1 ? 540 : 330;
  const panelHeight = columns === 1 && rows === 1 ? 310 : 230;
  const plotWidth = columns * panelWidth + (columns - 1) * GAP.x;
  const plotHeight = rows * panelHeight + (rows - 1) * GAP.y;
  const domains: Grid["domains"] = [];
  for (let i = 0; i < panels; i++) {
    const left = (i % columns) * (panelWidth + GAP.x);
    const top = Math.floor(i / columns) * (panelHeight + GAP.y);
    domains.push({
      x: [left / plotWidth, (left + panelWidth) / plotWidth],
      y: [1 - (top + panelHeight) / plotHeight, 1 - top / plotHeight],
    });
  }
  const right = MARGIN.right + legend;
  return {
    width: MARGIN.left + plotWidth + right,
    height: MARGIN.top + plotHeight + MARGIN.bottom,
    margin: { l: MARGIN.left, r: right, t: MARGIN.top, b: MARGIN.bottom },
    legendX: 1 + LEGEND_GAP / plotWidth,
    domains,
  };
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
