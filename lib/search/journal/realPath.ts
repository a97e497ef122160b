import { readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Where a file lies or would lie, symbolic links followed: one name for each file. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // There is no such file yet; a link may lead to where it is to be, and its folder may be reached by one.
    const target = linkTarget(path);
    if (target !== undefined) return realPath(resolve(dirname(path), target));
    const folder = dirname(resolve(path));
    return folder === resolve(path) ? folder : join(realPath(folder), basename(path));
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
