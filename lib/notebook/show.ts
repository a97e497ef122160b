import { checkPath } from "../checks";
import { describeFigure } from "../plot/describeFigure";
import type { Figure } from "../plot/Figure";
import { checkFigure, renderPng } from "../plot/render";
import { save } from "../plot/save";
import { canDisplay, type DisplayBundle, type DisplayOptions, display } from "./display";

/**
 * Shows a figure in the running cell, interactive where Plotly is and a picture everywhere else, and writes it as
 * `name.svg` and `name.png` if a name is given: `await show(figure, "imgs/x")`. Outside a notebook it only writes.
 * @throws ArgumentError if Plotly cannot draw the figure, or the name has an extension; FileError if a file cannot be
 * written.
 * @example
 * const bars = [{ label: "published", value: 92.9 }, { label: "here", value: 98.2 }];
 * await nn.show(nn.plot.bars({ title: "MNIST", xLabel: "accuracy, %", bars }), "imgs/accuracy");
 */
export async function show(figure: Figure, name?: string): Promise<void> {
  checkFigure("show", figure);
  if (name !== undefined) checkPath("show", name, "name");
  await showAs(figure);
  if (name !== undefined) await save(figure, name);
}

/** `show` under a display id, in place of the output that has it. */
export async function showAs(figure: Figure, options: DisplayOptions = {}): Promise<void> {
  if (!canDisplay()) return;
  display(await figureBundle(figure), options);
}

/** The picture has the figure's own size: JupyterLab shows it unscaled until the pointer makes it interactive. */
async function figureBundle(figure: Figure): Promise<DisplayBundle> {
  const png = await renderPng(figure, { scale: 1 });
  return {
    data: {
      "application/vnd.plotly.v1+json": { data: figure.data, layout: figure.layout },
      "image/png": Buffer.from(png).toString("base64"),
      "text/plain": plainText(figure),
    },
    metadata: { "image/png": { alt: describeFigure(figure) } },
  };
}

export function plainText(figure: Figure): string {
  return `Figure: ${figure.layout.title?.text ?? "untitled"}`;
}
