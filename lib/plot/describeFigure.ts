import type { Axis, Figure, Trace } from "./Figure";

/** The kinds of drawing, as a reader names them. */
const KINDS: Readonly<Record<Trace["type"], string>> = {
  scatter: "curves",
  bar: "bars",
  heatmap: "a heatmap",
  contour: "regions",
};

/** A figure in a sentence or two, for who cannot see it: its title, what is drawn, its panels and axes, its legend. */
export function describeFigure({ data, layout }: Figure): string {
  const kinds = [...new Set(data.map(({ type }) => KINDS[type]))].join(" and ");
  const panels = axesOf(layout, "x").map((x, i) => {
    const labels = [axesOf(layout, "y")[i], x].map((axis) => plain(axis?.title?.text ?? ""));
    return labels.filter((label) => label !== "").join(" over ");
  });
  const axes = [...new Set(panels)].filter((panel) => panel !== "").join("; ");
  const names = [...new Set(data.filter(({ showlegend }) => showlegend).map(({ name }) => name))].join(", ");
  const title = plain([layout.title?.text, layout.title?.subtitle?.text].filter(Boolean).join("; "));
  return `${title || "Untitled"}: ${kinds || "empty"}${axes && `, ${axes}`}${names && ` (${names})`}.`;
}

function axesOf(layout: Figure["layout"], letter: "x" | "y"): Axis[] {
  return Object.entries(layout)
    .filter(([key]) => new RegExp(`^${letter}axis\\d*$`).test(key))
    .map(([, axis]) => axis as Axis);
}

/** Plotly's texts may hold HTML. */
function plain(text: string): string {
  return text.replace(/<[^>]*>/g, "");
}
