import { checkCounts } from "../checks";
import { ArgumentError } from "../errors";
import type { Annotation } from "./Figure";

/** Where the panels of a figure lie, all of one size, in rows. */
export interface PanelGrid {
  readonly width: number;
  readonly height: number;
  readonly margin: { l: number; r: number; t: number; b: number };
  /** The width of the plotting area, which the margins leave. */
  readonly plotWidth: number;
  /** Of each panel, as fractions of the plotting area. */
  readonly domains: readonly { x: [number, number]; y: [number, number] }[];
}

const MARGIN = { left: 70, right: 24, top: 78, bottom: 58 };
const GAP = { x: 82, y: 96 };

/**
 * Places `panels` panels of the given size in pixels, `columns` side by side; `right` pixels are left free beside them.
 * @throws ArgumentError from `where` without panels or with a column count below 1.
 */
export function panelGrid(
  where: string,
  panels: number,
  columns: number,
  size: (columns: number, rows: number) => { readonly width: number; readonly height: number },
  right = 0,
): PanelGrid {
  if (panels === 0) throw new ArgumentError(where, "panels must hold at least one panel, got none");
  checkCounts(where, { columns });
  const side = Math.min(columns, panels);
  const rows = Math.ceil(panels / side);
  const { width, height } = size(side, rows);
  const plotWidth = side * width + (side - 1) * GAP.x;
  const plotHeight = rows * height + (rows - 1) * GAP.y;
  const domains = Array.from({ length: panels }, (_, i): PanelGrid["domains"][number] => {
    const left = (i % side) * (width + GAP.x);
    const top = Math.floor(i / side) * (height + GAP.y);
    return {
      x: [left / plotWidth, (left + width) / plotWidth],
      y: [1 - (top + height) / plotHeight, 1 - top / plotHeight],
    };
  });
  return {
    width: MARGIN.left + plotWidth + MARGIN.right + right,
    height: MARGIN.top + plotHeight + MARGIN.bottom,
    margin: { l: MARGIN.left, r: MARGIN.right + right, t: MARGIN.top, b: MARGIN.bottom },
    plotWidth,
    domains,
  };
}

/** Plotly counts the axes x, x2, x3, … */
export function axisSuffix(panel: number): number | "" {
  return panel === 0 ? "" : panel + 1;
}

/** The title above a panel. */
export function panelTitle(text: string, panel: number): Annotation {
  return {
    text,
    xref: `x${axisSuffix(panel)} domain`,
    yref: `y${axisSuffix(panel)} domain`,
    x: 0.5,
    y: 1,
    xanchor: "center",
    yanchor: "bottom",
    yshift: 4,
    showarrow: false,
    font: { size: 14 },
  };
}
