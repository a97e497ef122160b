import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError } from "../../errors";

/**
 * The path of the notebook that `name` means: a path from the folder the command was given in, or from `root`, or a name
 * in `root`/notebooks; with or without its extension.
 * @throws ArgumentError with the names there are.
 */
export function findNotebook(name: string, root: string): string {
  // npm goes to the project's folder and says where it came from.
  const folders = [process.env.INIT_CWD ?? process.cwd(), root, join(root, "notebooks")];
  for (const folder of folders) {
    for (const path of [resolve(folder, `${name}.ipynb`), resolve(folder, name)]) {
      if (path.endsWith(".ipynb") && isFile(path)) return path;
    }
  }
  throw new ArgumentError("npm run notebook", `NAME must be a notebook (${names(root)}), got ${name}`);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function names(root: string): string {
  const files = readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"));
  return files
    .map((file) => file.slice(0, -".ipynb".length))
    .sort()
    .join(", ");
}
