import { statSync } from "node:fs";
import { join } from "node:path";

export const lib: string = join(__dirname, "..");
export const root: string = join(lib, "..");
/** What is built. */
export const dist: string = join(lib, "dist");

/** When a file was last written, in milliseconds; 0 if there is none. */
export function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
