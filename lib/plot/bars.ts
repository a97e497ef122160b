import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { Figure } from "./Figure";
import { axis, baseLayout, checkAxisRange, PALETTE } from "./theme";

/** A bar of `bars`. */
export interface Bar {
  /** Stands before the bar. */
  label: string;
  /** Its length. */
  value: number;
  /** Stands at the end of the bar (default: the value itself). */
  text?: string;
}

/** What `bars` draws. */
export interface BarsOptions {
  /** Stands above the figure. */
  title: string;
  /** Says what the values are. */
  xLabel: string;
  /** From top to bottom. */
  bars: Bar[];
  /** The ends of the axis (default: as the values need). */
  xRange?: [number, number];
}

const ROW = 38;
/** The width of the plot, and the most that a letter takes of it, in pixels. */
const WIDTH = 520;
const LETTER = 8;

/**
 * Horizontal bars with their values, the first on top: what each correction adds, say.
 * @throws ArgumentError without bars.
 */
export function bars(options: BarsOptions): Figure {
  checkOptions("bars", options, ["title", "xLabel", "bars", "xRange"]);
  const { title, xLabel, bars: rows, xRange } = options;
  if (!Array.isArray(rows)) throw new ArgumentError("bars", `bars must be a list, got ${inWords(rows)}`);
  for (const row of rows) {
    checkOptions("bars", row, ["label", "value", "text"]);
    if (Number.isFinite(row.value)) continue;
    throw new ArgumentError(
      "bars",
      `value of "${row.label}" must be a finite number, got ${inWords(row.value)}`,
    );
  }
  if (xRange) checkAxisRange("bars", "xRange", xRange);
  if (rows.length === 0) throw new ArgumentError("bars", "bars must hold at least one bar, got none");
  const margin = {
    l: 32 + 7 * longest(rows.map(({ label }) => label)),
    r: 24,
    t: 62,
    b: 58,
  };
  const texts = rows.map((bar) => bar.text ?? String(bar.value));
  return {
    data: [
      {
        type: "bar",
        orientation: "h",
        x: rows.map((bar) => bar.value),
        y: rows.map((_, i) => i),
        width: 0.66,
        marker: { color: PALETTE[0] },
        text: texts,
        textposition: "outside",
        cliponaxis: false,
        hoverinfo: "x",
      },
    ],
    layout: {
      ...baseLayout(title, WIDTH + margin.l + margin.r, ROW * rows.length + margin.t + margin.b),
      margin,
      xaxis: axis(xLabel, { range: xRange ?? rangeOf(rows, LETTER * longest(texts)) }),
      yaxis: axis("", {
        tickvals: rows.map((_, i) => i),
        ticktext: rows.map((bar) => bar.label),
        range: [rows.length - 0.5, -0.5],
        showgrid: false,
        ticks: "",
      }),
    },
  };
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/** From the least to the greatest value and 0, with room for a text of so many pixels at the end of a bar. */
function rangeOf(rows: readonly Bar[], room: number): [number, number] {
  const low = rows.reduce((least, { value }) => Math.min(least, value), 0);
  const high = rows.reduce((most, { value }) => Math.max(most, value), 0);
  if (low === high) return [0, 1];
  const sides = (low < 0 ? 1 : 0) + (high > 0 ? 1 : 0);
  const spare = ((high - low) * room) / Math.max(WIDTH / 4, WIDTH - sides * room);
  return [low < 0 ? low - spare : 0, high > 0 ? high + spare : 0];
}
