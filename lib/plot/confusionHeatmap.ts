import { checkOptions, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import type { Figure } from "./Figure";
import { axis, baseLayout, COLOR_BAR, colorBarLabel, SEQUENTIAL_SMALL } from "./theme";

/** What `confusionHeatmap` draws. */
export interface ConfusionHeatmapOptions {
  /** Stands above the figure. */
  title: string;
  /** counts[i][j]: how many of true class i were predicted as class j. */
  counts: number[][];
  /** Names of the classes, in the order of the counts. */
  labels: string[];
  /** Colour by the share of the true class (each row sums to 1) instead of by the count. */
  normalize?: boolean;
}

const CELL = 46;
const MARGIN = { l: 78, r: 108, t: 62, b: 66 };

/**
 * A confusion matrix: rows are true classes, columns predicted ones, every cell shows its count.
 * The light end of the colour scale is stretched, so that frequent mistakes stand out from rare ones.
 * @throws ShapeError if counts is not [classes, classes] for the given labels.
 */
export function confusionHeatmap(options: ConfusionHeatmapOptions): Figure {
  checkOptions("confusionHeatmap", options, ["title", "counts", "labels", "normalize"]);
  const { title, counts, labels, normalize = false } = options;
  for (const [name, list] of Object.entries({ counts, labels })) {
    if (Array.isArray(list) && list.length > 0) continue;
    throw new ArgumentError(
      "confusionHeatmap",
      `${name} must be a list of one or more, got ${inWords(list)}`,
    );
  }
  const classes = labels.length;
  if (counts.length !== classes || counts.some((row) => row?.length !== classes)) {
    const got = `[${counts.length}, ${counts[0]?.length ?? 0}]`;
    throw new ShapeError("confusionHeatmap", `counts must be [${classes}, ${classes}], got ${got}`);
  }
  const wrong = counts.flat().find((count) => !(Number.isFinite(count) && count >= 0));
  if (wrong !== undefined) {
    throw new ArgumentError("confusionHeatmap", `counts must be numbers ≥ 0, got ${inWords(wrong)}`);
  }
  const z = normalize ? counts.map(shares) : counts;
  const side = Math.max(280, CELL * classes);
  const ticks = { tickvals: labels.map((_, i) => i), ticktext: labels, showgrid: false };
  return {
    data: [
      {
        type: "heatmap",
        z,
        text: counts.map((row) => row.map(String)),
        texttemplate: "%{text}",
        textfont: { size: 13 },
        colorscale: SEQUENTIAL_SMALL,
        zmin: 0,
        zmax: normalize ? 1 : counts.flat().reduce((most, count) => Math.max(most, count), 1),
        colorbar: COLOR_BAR,
        hovertemplate: "true %{y}<br>predicted %{x}<br>%{text}<extra></extra>",
      },
    ],
    layout: {
      ...baseLayout(title, side + MARGIN.l + MARGIN.r, side + MARGIN.t + MARGIN.b),
      margin: MARGIN,
      annotations: [colorBarLabel(normalize ? "share of the true class" : "count", MARGIN.r)],
      xaxis: axis("predicted class", { ...ticks, range: [-0.5, classes - 0.5] }),
      yaxis: axis("true class", { ...ticks, range: [classes - 0.5, -0.5] }),
    },
  };
}

function shares(row: number[]): number[] {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row.map((count) => (total === 0 ? 0 : count / total));
}
