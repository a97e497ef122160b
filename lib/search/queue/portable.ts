import { isAbsolute, join, relative, sep } from "node:path";
import { platform } from "../../platform/node/platform";
import { projectPath, projectRoot } from "../../platform/paths";

const PACKAGE = "package:";

/** A file by a name that leads to it on every machine: in the package, in the project, or else by its whole path. */
export function portable(file: string): string {
  const path = projectPath(file);
  const inPackage = below(platform.packageFolder, path);
  if (inPackage !== undefined) return PACKAGE + inPackage;
  return below(projectRoot(), path) ?? path;
}

/** Where the file of that name lies on this machine. */
export function localFile(name: string): string {
  if (name.startsWith(PACKAGE)) return join(platform.packageFolder, name.slice(PACKAGE.length));
  return projectPath(name);
}

function below(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return isAbsolute(way) || way.split(sep)[0] === ".." ? undefined : way.split(sep).join("/");
}
