import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The project's top folder: the nearest one, from the current folder upwards, whose package.json
 * declares "workspaces". Outside such a project it is the current folder.
 */
export function projectRoot(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (declaresWorkspaces(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}

/** Resolves a path from the project's top folder, so that a notebook in notebooks/ reaches imgs/ and data/. */
export function projectPath(relative: string): string {
  return resolve(projectRoot(), relative);
}

function declaresWorkspaces(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    return "workspaces" in (JSON.parse(readFileSync(file, "utf8")) as object);
  } catch {
    return false;
  }
}

/**
 * Where what a notebook makes is kept, `relative` being imgs/…, models/… or data/studies/…: under the project's top
 * folder, or under the folder that SCRATCH_NN_OUTPUT names there, which keeps a quick run from touching what is committed.
 */
export function artifactPath(relative: string): string {
  return resolve(projectRoot(), process.env.SCRATCH_NN_OUTPUT ?? "", relative);
}
