import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { Annotation, Axis, ColorBar, ColorScale, Layout, Title } from "./Figure";
import { FONT_FAMILY } from "./fonts";

const INK = "#262626";
const FRAME = "#8c8c8c";
const GRID = "#e6e6e6";

/** Eight line colours that stay apart for colour-blind readers (Okabe and Ito's set without its yellow). */
export const PALETTE: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#4d4d4d",
  "#882255",
];

/** A colour of the palette, #rrggbb, that lets what is behind it through. */
export function translucent(color: string, opacity: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

/** Red below zero, white at zero, blue above (ColorBrewer's RdBu): for values with a sign. */
export const DIVERGING: ColorScale = evenly([
  "#67001f",
  "#b2182b",
  "#d6604d",
  "#f4a582",
  "#fddbc7",
  "#f7f7f7",
  "#d1e5f0",
  "#92c5de",
  "#4393c3",
  "#2166ac",
  "#053061",
]);

/** White to dark blue (ColorBrewer's Blues): for amounts. */
export const SEQUENTIAL: ColorScale = evenly([
  "#ffffff",
  "#deebf7",
  "#c6dbef",
  "#9ecae1",
  "#6baed6",
  "#4292c6",
  "#2171b5",
  "#08519c",
  "#08306b",
]);

/** Dark ink on light paper: for pictures of handwriting. */
export const INK_ON_PAPER: ColorScale = evenly(["#f3f3f3", "#111111"]);

/** SEQUENTIAL with its light end stretched, so that a few per cent are told from none. */
export const SEQUENTIAL_SMALL: ColorScale = SEQUENTIAL.map(([at, color]) => [at * at, color]);

function evenly(colors: string[]): [number, string][] {
  return colors.map((color, i) => [i / (colors.length - 1), color]);
}

/** How a number under the pointer is written: four digits. */
export const HOVER_FORMAT = ".4~g";

/** Dragging zooms and a double click zooms out, so that the rest would only stand in the way of the title. */
const NEEDLESS_BUTTONS = ["zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale"];

/** Size, fonts and backgrounds that every figure shares. */
export function baseLayout(title: string, width: number, height: number): Layout {
  return {
    width: Math.round(width),
    height: Math.round(height),
    title: figureTitle(title),
    font: { family: FONT_FAMILY, size: 13, color: INK },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    showlegend: false,
    hovermode: "closest",
    hoverlabel: { namelength: -1 },
    modebar: { remove: NEEDLESS_BUTTONS, bgcolor: "rgba(0, 0, 0, 0)" },
  };
}

/** Writes `notes` below the title, in small letters. */
export function addNotes(layout: Layout, notes: readonly string[]): void {
  if (layout.title && notes.length > 0) {
    layout.title.subtitle = { text: notes.join("; "), font: { size: 12, weight: "normal" } };
  }
}

function figureTitle(text: string): Title {
  return {
    text,
    font: { size: 17, weight: "bold" },
    x: 0.5,
    xanchor: "center",
    xref: "container",
    y: 1,
    yanchor: "top",
    yref: "container",
    pad: { t: 16 },
  };
}

/** A framed axis with light grid lines; `label` stands beside it. */
export function axis(label: string, options: Axis = {}): Axis {
  return {
    title: { text: label, standoff: 8, font: { size: 14 } },
    showline: true,
    mirror: true,
    linecolor: FRAME,
    gridcolor: GRID,
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickcolor: FRAME,
    hoverformat: HOVER_FORMAT,
    ...options,
  };
}

export const COLOR_BAR: ColorBar = { thickness: 16, outlinewidth: 0, xpad: 12 };

/** What the colours mean, beside the numbers of the colour bar, at the right edge of the figure. */
export function colorBarLabel(text: string, marginRight: number): Annotation {
  return {
    text,
    textangle: -90,
    xref: "paper",
    yref: "paper",
    x: 1,
    y: 0.5,
    xshift: marginRight - 18,
    xanchor: "center",
    yanchor: "middle",
    showarrow: false,
    font: { size: 14 },
  };
}

/** A symmetric range around zero that holds every value. */
export function symmetricRange(values: ArrayLike<number>): [number, number] {
  const [low, high] = valueRange(values);
  const bound = Math.max(Math.abs(low), Math.abs(high));
  return [-bound, bound];
}

/** Least and greatest finite value; [0, 1] if there is none, and never an empty range. */
export function valueRange(values: ArrayLike<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  if (low > high) return [0, 1];
  return low === high ? [low, low + 1] : [low, high];
}

/** @throws ArgumentError from `where` unless it is a pair of finite numbers, low < high, > 0 on a logarithmic axis. */
export function checkAxisRange(
  where: string,
  name: string,
  range: readonly number[],
  logarithmic = false,
): void {
  const [low, high] = Array.isArray(range) && range.length === 2 ? (range as [number, number]) : [0, 0];
  if (Number.isFinite(low) && Number.isFinite(high) && low < high && (!logarithmic || low > 0)) return;
  const bounds = logarithmic ? "0 < low < high" : "low < high";
  const got = Array.isArray(range) ? `[${range.join(", ")}]` : inWords(range);
  throw new ArgumentError(where, `${name} must be [low, high] with ${bounds}, got ${got}`);
}
