import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFile } from "../../platform/paths";
import { isCode, joinText, readNotebook } from "../runner/Notebook";

/** What the results of a notebook come from, beside its cells. */
export interface RunConditions {
  /** The project's top folder. */
  readonly root: string;
  readonly quick: boolean;
  /** Whether the trainings in the journals are run again. */
  readonly anew: boolean;
}

/** 16 hexadecimal digits that stand for the cells, the compiled library, the journals, Node.js and the conditions. */
export function runKey(notebook: string, { root, quick, anew }: RunConditions): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([process.version, quick, anew]));
  for (const cell of readNotebook(notebook).cells) if (isCode(cell)) hash.update(joinText(cell.source));
  addFiles(packageFile("."), /\.(?:js|wasm)$/);
  addFiles(join(root, "data/studies"), /\.jsonl$/);
  return hash.digest("hex").slice(0, 16);

  function addFiles(folder: string, names: RegExp): void {
    if (!existsSync(folder)) return;
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      if (names.test(file)) hash.update(file).update(readFileSync(join(folder, file)));
    }
  }
}
