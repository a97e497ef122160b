import { resolve } from "node:path";
import { projectRoot } from "./projectRoot";

/**
 * Where a notebook writes `relative` (imgs/…, models/…): under the project's top folder, or under the folder that
 * SCRATCH_NN_OUTPUT names there, which keeps a quick run from touching what is committed.
 */
export function outputPath(relative: string): string {
  return resolve(projectRoot(), process.env.SCRATCH_NN_OUTPUT ?? "", relative);
}
