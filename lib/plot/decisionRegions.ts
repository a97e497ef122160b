import { checkOptions, checkRows } from "../checks";
import { checkDataset, type Dataset, sampleSize } from "../datasets/Dataset";
import { ArgumentError, ShapeError } from "../errors";
import type { Module } from "../layers/Module";
import { formatShape, sameShape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";
import { checkModel } from "../train/checkParts";
import { encodeArray } from "./encodeArray";
import type { ContourTrace, Figure, Layout, ScatterTrace } from "./Figure";
import { axisSuffix, panelGrid, panelTitle } from "./panelGrid";
import { axis, baseLayout, COLOR_BAR, colorBarLabel, DIVERGING, HOVER_FORMAT, symmetricRange } from "./theme";

/** A model of the plane, and the points to draw over what it makes of it. */
export interface RegionsPanel {
  /** Stands above the panel. */
  readonly title: string;
  /** Takes points [N, 2] and gives scores [N, 2]. */
  readonly model: Module;
  /** The points that are drawn, of two classes. */
  readonly data: Dataset;
}

/** What `decisionRegions` draws. */
export interface DecisionRegionsOptions {
  /** Stands above the figure. */
  readonly title: string;
  /** From left to right. */
  readonly panels: readonly RegionsPanel[];
  /** Panels side by side; the rest go into further rows (default: 3). */
  readonly columns?: number;
  /** Both axes reach from −reach to reach (default: a little further than the points of all panels). */
  readonly reach?: number;
}

/** Points a side at which the model is asked. */
const CELLS = 81;
const PANEL = { width: 230, height: 230 };
const COLOR_BAR_WIDTH = 70;
const CLASSES = [
  { color: DIVERGING[2][1], symbol: "circle" },
  { color: DIVERGING[8][1], symbol: "square" },
] as const;

/**
 * What two-class models make of the plane: the second result minus the first as colours, red where class 0 is the
 * larger, blue where class 1 is, a line where they are equal, and the points in their own colours.
 * Shapes: a model takes [N, 2] and gives [N, 2].
 * @throws ArgumentError without panels, with a column count below 1, a reach that is not finite and > 0, or data of
 * other than two classes; ShapeError if samples are not 2 numbers or a model does not give 2.
 */
export function decisionRegions(options: DecisionRegionsOptions): Figure {
  checkOptions("decisionRegions", options, ["title", "panels", "columns", "reach"]);
  const { title, panels, columns = 3 } = options;
  checkRows("decisionRegions", { panels });
  const grid = panelGrid("decisionRegions", panels.length, columns, () => PANEL, COLOR_BAR_WIDTH);
  for (const { model, data } of panels) {
    checkModel("decisionRegions", model);
    checkData(data);
  }
  const reach = options.reach ?? 1.05 * symmetricRange(panels.flatMap(({ data }) => [...data.inputs]))[1];
  if (!(reach > 0 && Number.isFinite(reach))) {
    throw new ArgumentError("decisionRegions", `reach must be a finite number > 0, got ${reach}`);
  }
  const layout: Layout = {
    ...baseLayout(title, grid.width, grid.height),
    margin: grid.margin,
    annotations: [
      ...panels.map((panel, i) => panelTitle(panel.title, i)),
      colorBarLabel("output 1 − output 0", grid.margin.r),
    ],
  };
  const scores = panels.map(({ model }) => scoresOf(model, reach));
  const [, largest] = symmetricRange(scores.flatMap((score) => [...score]));
  const data: Figure["data"] = [];
  for (const [i, panel] of panels.entries()) {
    const { x, y } = grid.domains[i];
    const on = { xaxis: `x${axisSuffix(i)}`, yaxis: `y${axisSuffix(i)}` };
    const range: [number, number] = [-reach, reach];
    const square = { range, showgrid: false, constrain: "domain" } as const;
    layout[`xaxis${axisSuffix(i)}`] = { ...axis("x₁", square), domain: x, anchor: on.yaxis };
    layout[`yaxis${axisSuffix(i)}`] = {
      ...axis("x₂", square),
      ...{ domain: y, anchor: on.xaxis, scaleanchor: on.xaxis },
    };
    data.push({ ...regions(scores[i], reach, largest), ...on, showscale: i === 0 });
    for (const label of CLASSES.keys()) data.push({ ...points(panel.data, label), ...on });
  }
  return { data, layout };
}

function checkData(data: Dataset): void {
  checkDataset(data, "decisionRegions");
  if (sampleSize(data) !== 2) {
    const problem = `samples must be 2 numbers, got ${formatShape(data.sampleShape)} in ${data.name}`;
    throw new ShapeError("decisionRegions", problem);
  }
  if (data.classes !== 2) {
    throw new ArgumentError(
      "decisionRegions",
      `data must have 2 classes, got ${data.classes} in ${data.name}`,
    );
  }
}

/** y₁ − y₀ of the model on a grid, row after row from below. */
function scoresOf(model: Module, reach: number): Float64Array {
  const { dtype } = model.parameters()[0]?.value ?? { dtype: "float32" };
  const x = Tensor.zeros([CELLS * CELLS, 2], dtype);
  const at = (i: number): number => reach * ((2 * i) / (CELLS - 1) - 1);
  for (let i = 0; i < CELLS * CELLS; i++) {
    x.data[2 * i] = at(i % CELLS);
    x.data[2 * i + 1] = at(Math.floor(i / CELLS));
  }
  const learning = model.training;
  model.eval();
  try {
    const y = model.forward(x);
    if (!sameShape(y.shape, x.shape)) {
      const problem = `a model must give ${formatShape(x.shape)} for as many points, got ${formatShape(y.shape)}`;
      throw new ShapeError("decisionRegions", problem);
    }
    return Float64Array.from({ length: CELLS * CELLS }, (_, i) => y.data[2 * i + 1] - y.data[2 * i]);
  } finally {
    model.train(learning);
  }
}

function regions(scores: Float64Array, reach: number, largest: number): ContourTrace {
  const step = (2 * reach) / (CELLS - 1);
  return {
    type: "contour",
    z: encodeArray(scores, CELLS, CELLS),
    x0: -reach,
    dx: step,
    y0: -reach,
    dy: step,
    colorscale: DIVERGING,
    zmin: -largest,
    zmax: largest,
    contours: { start: 0, end: 0, size: tickStep(largest), coloring: "heatmap" },
    line: { color: "#262626", width: 1.5 },
    colorbar: COLOR_BAR,
    hoverinfo: "z",
    zhoverformat: HOVER_FORMAT,
  };
}

/** The greatest of …, 0.1, 0.2, 0.5, 1, … with a tick on either side of 0: Plotly sets the colour bar's by the contours. */
function tickStep(largest: number): number {
  const power = 10 ** Math.floor(Math.log10(largest)) || largest;
  return [5, 2, 1].map((factor) => factor * power).find((step) => 1.5 * step <= largest) ?? power / 2;
}

function points({ inputs, labels }: Dataset, label: number): ScatterTrace {
  const chosen = Array.from(labels, (_, i) => i).filter((i) => labels[i] === label);
  const { color, symbol } = CLASSES[label];
  return {
    type: "scatter",
    mode: "markers",
    name: `class ${label}`,
    x: chosen.map((i) => inputs[2 * i]),
    y: chosen.map((i) => inputs[2 * i + 1]),
    marker: { color, symbol, size: 5, line: { color: "#ffffff", width: 0.6 } },
    hoverinfo: "x+y",
  };
}
