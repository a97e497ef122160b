import { checkPath } from "../checks";
import { ArgumentError } from "../errors";
import { writeAtomically } from "../platform/files";
import { artifactPath } from "../platform/paths";
import type { Figure } from "./Figure";
import { renderPng, renderSvg } from "./render";

/**
 * Writes a figure as `name.svg` and `name.png`, each whole or not at all. A relative name starts at the
 * project's top folder, so `save(figure, "imgs/x")` in notebooks/ writes to the top-level imgs/.
 * @throws ArgumentError if the name has an extension or Plotly cannot draw the figure; FileError if a file cannot be written.
 */
export async function save(figure: Figure, name: string): Promise<void> {
  checkPath("save", name, "name");
  if (/\.(svg|png)$/i.test(name)) {
    throw new ArgumentError(
      "save",
      `name must be a path without an extension, such as "imgs/x", got "${name}"`,
    );
  }
  const svg = await renderSvg(figure);
  const png = await renderPng(figure);
  writeAtomically(artifactPath(`${name}.svg`), svg);
  writeAtomically(artifactPath(`${name}.png`), png);
}
