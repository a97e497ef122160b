import { checkOptions, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { encodeArray } from "./encodeArray";
import type { Figure } from "./Figure";
import {
  axis,
  baseLayout,
  COLOR_BAR,
  checkAxisRange,
  colorBarLabel,
  DIVERGING,
  HOVER_FORMAT,
  SEQUENTIAL,
  symmetricRange,
  valueRange,
} from "./theme";

/** Rows of numbers, or row-major values with a shape [rows, columns] (a Tensor is one). */
export type Matrix = number[][] | { data: Float32Array | Float64Array; shape: readonly number[] };

/** What `matrixHeatmap` draws. */
export interface MatrixHeatmapOptions {
  /** Stands above the figure. */
  title: string;
  /** The matrix. */
  z: Matrix;
  /** What a column stands for. */
  xLabel: string;
  /** What a row stands for. */
  yLabel: string;
  /** What a value is; stands beside the colour bar. */
  valueLabel?: string;
  /** The values of the first and the last colour (default: the smallest and the largest of z). */
  range?: [number, number];
  /** Red below zero, blue above, symmetric around zero. */
  diverging?: boolean;
}

const LYING_FROM = 4;
const EVERY_TICK_UP_TO = 12;
const MARGIN = { l: 72, r: 108, t: 62, b: 58 };

/**
 * A matrix as colours, the first row on top. A tall, thin one (more than four rows a column) is drawn
 * lying down, its first row at the left, so that 1024×10 output weights are ten readable strips.
 * @throws ShapeError if z is not a matrix with at least one value.
 */
export function matrixHeatmap(options: MatrixHeatmapOptions): Figure {
  checkOptions("matrixHeatmap", options, [
    "title",
    "z",
    "xLabel",
    "yLabel",
    "valueLabel",
    "range",
    "diverging",
  ]);
  const { title, xLabel, yLabel, diverging = false } = options;
  if (options.range) checkAxisRange("matrixHeatmap", "range", options.range);
  const matrix = flatten(options.z);
  const lying = matrix.rows > LYING_FROM * matrix.columns;
  const { values, rows, columns } = lying ? transposed(matrix) : matrix;
  const [zmin, zmax] = options.range ?? (diverging ? symmetricRange(values) : valueRange(values));
  const width = Math.max(280, Math.min(880, columns * Math.ceil(280 / columns)));
  const height = Math.max(240, Math.min(520, rows * Math.ceil(240 / rows)));
  return {
    data: [
      {
        type: "heatmap",
        z: encodeArray(values, rows, columns),
        colorscale: diverging ? DIVERGING : SEQUENTIAL,
        zmin,
        zmax,
        colorbar: COLOR_BAR,
        hovertemplate: `${lying ? yLabel : xLabel} %{x}<br>${lying ? xLabel : yLabel} %{y}<br>%{z:${HOVER_FORMAT}}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(title, width + MARGIN.l + MARGIN.r, height + MARGIN.t + MARGIN.b),
      margin: MARGIN,
      annotations: [colorBarLabel(options.valueLabel ?? "value", MARGIN.r)],
      xaxis: axis(lying ? yLabel : xLabel, { showgrid: false, range: [-0.5, columns - 0.5] }),
      yaxis: axis(lying ? xLabel : yLabel, {
        showgrid: false,
        range: [rows - 0.5, -0.5],
        ...(rows <= EVERY_TICK_UP_TO && { dtick: 1 }),
      }),
    },
  };
}

interface FlatMatrix {
  values: ArrayLike<number>;
  rows: number;
  columns: number;
}

function flatten(z: Matrix): FlatMatrix {
  if (!Array.isArray(z) && !(Array.isArray(z?.shape) && ArrayBuffer.isView(z.data))) {
    throw new ArgumentError("matrixHeatmap", `z must be rows of numbers or a Tensor, got ${inWords(z)}`);
  }
  const matrix = Array.isArray(z)
    ? { values: z.flat(), rows: z.length, columns: z[0]?.length ?? 0 }
    : { values: z.data, rows: z.shape[0], columns: z.shape[1] };
  const dimensions = Array.isArray(z) ? 2 : z.shape.length;
  const ragged = Array.isArray(z) && z.some((row) => row?.length !== matrix.columns);
  if (dimensions !== 2 || ragged || matrix.values.length === 0) {
    const got = Array.isArray(z)
      ? ragged
        ? "rows of different lengths"
        : "no values"
      : `[${z.shape.join(", ")}]`;
    throw new ShapeError("matrixHeatmap", `z must be a matrix [rows, columns], got ${got}`);
  }
  if (matrix.values.length !== matrix.rows * matrix.columns) {
    const size = matrix.rows * matrix.columns;
    throw new ShapeError("matrixHeatmap", `z must have ${size} values, got ${matrix.values.length}`);
  }
  return matrix;
}

function transposed({ values, rows, columns }: FlatMatrix): FlatMatrix {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column];
  }
  return { values: turned, rows: columns, columns: rows };
}
