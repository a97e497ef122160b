/**
 * A figure is a plain Plotly spec: data and layout, JSON and nothing else.
 * The types hold the part of Plotly that this library draws with, so that a misspelt option is an error
 * where it is written. Reference of every attribute: https://plotly.com/javascript/reference/
 */
export interface Figure {
  /** What is drawn, one trace after the other. */
  data: Trace[];
  /** Size, title, axes, legend and notes. */
  layout: Layout;
}

/** What is drawn as one: a line, a heatmap, contours or bars. */
export type Trace = ScatterTrace | HeatmapTrace | ContourTrace | BarTrace;

/** A typed array as Plotly reads it from JSON: little-endian bytes in base64. `shape` is "rows, columns". */
export interface EncodedArray {
  dtype: "f4" | "f8" | "u1";
  bdata: string;
  shape?: string;
}

/** One number per point; null leaves a gap. */
export type Values = (number | null)[] | EncodedArray;

/** [position from 0 to 1, CSS colour] pairs. Plotly's named scales are left out: some of them run dark to light. */
export type ColorScale = [number, string][];

/** How text is set. */
export interface Font {
  family?: string;
  size?: number;
  color?: string;
  weight?: "normal" | "bold";
}

/** The title of a figure, and where it stands. */
export interface Title {
  text: string;
  /** Stands below it, in smaller letters. */
  subtitle?: { text: string; font?: Font };
  font?: Font;
  x?: number;
  y?: number;
  xref?: "container" | "paper";
  yref?: "container" | "paper";
  xanchor?: "left" | "center" | "right";
  yanchor?: "top" | "middle" | "bottom";
  pad?: Margin;
}

/** How a line is drawn. */
export interface Line {
  color?: string;
  width?: number;
  dash?: "solid" | "dot" | "dash" | "dashdot";
  shape?: "linear" | "spline" | "hv";
}

/** The shape of a point. */
export type MarkerSymbol = MarkerShape | `${MarkerShape}-open`;

/** A shape that is filled. */
export type MarkerShape = "circle" | "square" | "diamond" | "cross" | "x" | "triangle-up" | "triangle-down";

/** How a point is drawn. */
export interface Marker {
  color?: string | string[];
  size?: number;
  symbol?: MarkerSymbol | MarkerSymbol[];
  line?: { color?: string; width?: number };
}

/** Options every trace has. `xaxis: "x2"` puts the trace into the second panel. */
interface TraceBase {
  name?: string;
  xaxis?: string;
  yaxis?: string;
  showlegend?: boolean;
  legendgroup?: string;
  hoverinfo?: "all" | "none" | "skip" | "x" | "y" | "z" | "x+y" | "x+y+z" | "text";
  hovertemplate?: string;
  opacity?: number;
}

/** Points, lines or both. */
export interface ScatterTrace extends TraceBase {
  type: "scatter";
  mode: "lines" | "markers" | "lines+markers" | "text";
  x: Values;
  y: Values;
  line?: Line;
  marker?: Marker;
  text?: string[];
  cliponaxis?: boolean;
  connectgaps?: boolean;
  fill?: "none" | "toself";
  fillcolor?: string;
}

/** The strip that says which colour is which value. */
export interface ColorBar {
  thickness?: number;
  len?: number;
  lenmode?: "fraction" | "pixels";
  x?: number;
  y?: number;
  xpad?: number;
  tickformat?: string;
  tickvals?: number[];
  ticktext?: string[];
  outlinewidth?: number;
}

/** A matrix as colours. */
export interface HeatmapTrace extends TraceBase {
  type: "heatmap";
  z: (number | null)[][] | EncodedArray;
  x?: number[] | string[];
  y?: number[] | string[];
  x0?: number;
  dx?: number;
  y0?: number;
  dy?: number;
  text?: string[][];
  texttemplate?: string;
  textfont?: Font;
  colorscale: ColorScale;
  reversescale?: boolean;
  zhoverformat?: string;
  zmin?: number;
  zmax?: number;
  zmid?: number;
  zsmooth?: false | "fast" | "best";
  xgap?: number;
  ygap?: number;
  showscale?: boolean;
  colorbar?: ColorBar;
}

/** Lines of equal z over z as colours. */
export interface ContourTrace extends TraceBase {
  type: "contour";
  z: (number | null)[][] | EncodedArray;
  x0: number;
  dx: number;
  y0: number;
  dy: number;
  colorscale: ColorScale;
  zhoverformat?: string;
  zmin: number;
  zmax: number;
  contours: { start: number; end: number; size: number; coloring: "heatmap" | "lines" | "none" };
  line?: Line;
  showscale?: boolean;
  colorbar?: ColorBar;
}

/** Bars of numbers. */
export interface BarTrace extends TraceBase {
  type: "bar";
  x: Values | string[];
  y: Values | string[];
  orientation?: "h" | "v";
  marker?: Marker;
  text?: string[];
  textposition?: "inside" | "outside" | "auto" | "none";
  textfont?: Font;
  cliponaxis?: boolean;
  width?: number;
}

/** An axis: its range, ticks and lines. */
export interface Axis {
  title?: { text: string; font?: Font; standoff?: number };
  type?: "linear" | "log" | "category";
  range?: [number, number];
  autorange?: boolean | "reversed";
  rangemode?: "normal" | "tozero" | "nonnegative";
  domain?: [number, number];
  anchor?: string;
  matches?: string;
  scaleanchor?: string;
  constrain?: "domain" | "range";
  visible?: boolean;
  showgrid?: boolean;
  gridcolor?: string;
  zeroline?: boolean;
  showline?: boolean;
  linecolor?: string;
  mirror?: boolean;
  ticks?: "outside" | "inside" | "";
  ticklen?: number;
  tickcolor?: string;
  tickfont?: Font;
  tickformat?: string;
  hoverformat?: string;
  tickmode?: "auto" | "linear" | "array";
  tick0?: number;
  dtick?: number | string;
  nticks?: number;
  tickvals?: number[];
  ticktext?: string[];
  showticklabels?: boolean;
  side?: "top" | "bottom" | "left" | "right";
  automargin?: boolean;
  fixedrange?: boolean;
  exponentformat?: "none" | "e" | "E" | "power" | "SI";
}

/** A text at a place of the figure. */
export interface Annotation {
  text: string;
  x: number;
  y: number;
  xref?: string;
  yref?: string;
  xanchor?: "auto" | "left" | "center" | "right";
  yanchor?: "auto" | "top" | "middle" | "bottom";
  xshift?: number;
  yshift?: number;
  textangle?: number;
  showarrow: boolean;
  align?: "left" | "center" | "right";
  font?: Font;
  bgcolor?: string;
}

/** Pixels beside the plot: left, right, top, bottom. */
export interface Margin {
  l?: number;
  r?: number;
  t?: number;
  b?: number;
}

/** Which colour is which series, and where that stands. */
export interface Legend {
  orientation?: "h" | "v";
  x?: number;
  y?: number;
  xref?: "container" | "paper";
  yref?: "container" | "paper";
  xanchor?: "left" | "center" | "right";
  yanchor?: "top" | "middle" | "bottom";
  font?: Font;
  title?: { text: string };
  traceorder?: "normal" | "reversed" | "grouped";
  tracegroupgap?: number;
}

/** How a figure is laid out, in Plotly's words. */
export interface Layout {
  width: number;
  height: number;
  title?: Title;
  font?: Font;
  margin?: Margin;
  showlegend?: boolean;
  legend?: Legend;
  paper_bgcolor?: string;
  plot_bgcolor?: string;
  colorway?: string[];
  annotations?: Annotation[];
  hovermode?: "x" | "y" | "closest" | "x unified" | false;
  hoverlabel?: { namelength?: number };
  /** The buttons that appear above the figure. */
  modebar?: { remove?: string[]; bgcolor?: string };
  bargap?: number;
  /** Redraws with the same value keep the reader's zoom and hidden traces. */
  uirevision?: string | number;
  xaxis?: Axis;
  yaxis?: Axis;
  [axis: `xaxis${number}` | `yaxis${number}`]: Axis;
}
