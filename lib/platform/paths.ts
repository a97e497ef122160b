import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { checkPath } from "../checks";
import { platform } from "./node/platform";

/** The name of the workshop, the project that this library was written in. */
const WORKSHOP = "scratch-nn-notebooks";

/**
 * Where relative paths begin: in the workshop its top folder, so that a notebook in notebooks/ reaches imgs/ and data/;
 * anywhere else the current folder, as in any program.
 */
export function projectRoot(): string {
  platform.expectNode("projectRoot");
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (isWorkshop(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}

/** The absolute path of one that counts from `projectRoot`. */
export function projectPath(relative: string): string {
  platform.expectNode(relative);
  return resolve(projectRoot(), relative);
}

/** The path of a file of the compiled package. */
export function packageFile(path: string): string {
  return `${platform.packageFolder}/${path}`;
}

function isWorkshop(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { name?: unknown }).name === WORKSHOP;
  } catch {
    return false;
  }
}

/**
 * Where what a notebook makes is kept, `relative` being imgs/…, models/… or data/studies/…: under the project's top
 * folder, or under the folder that SCRATCH_NN_OUTPUT names there. In a quick run, which must not touch what is committed,
 * that is .scratch unless it is named.
 */
export function artifactPath(relative: string): string {
  checkPath("artifactPath", relative);
  platform.expectNode(relative);
  const { SCRATCH_NN_OUTPUT, SCRATCH_NN_QUICK } = process.env;
  const folder = SCRATCH_NN_OUTPUT ?? (SCRATCH_NN_QUICK === "1" ? ".scratch" : "");
  return resolve(projectRoot(), folder, relative);
}
