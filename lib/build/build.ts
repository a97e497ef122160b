/* npm run build: brings lib/dist up to its source. */
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle";
import { buildKernels } from "./kernels";
import { dist, lib, modified, root } from "./places";

const published = join(root, "data/published");
/** Its date is when the last complete build began. */
const stamp = join(dist, "built");

/** Whether anything is newer than the last build: a file, or a folder that a file has entered or left. */
export function isStale(): boolean {
  const built = modified(stamp);
  const sources = readdirSync(lib).filter((name) => name !== "dist" && name !== "node_modules");
  return [...sources.map((name) => join(lib, name)), published].some((path) => newest(path) > built);
}

function newest(path: string): number {
  if (!statSync(path).isDirectory()) return modified(path);
  const entries = readdirSync(path).map((name) => newest(join(path, name)));
  return Math.max(modified(path), ...entries);
}

/** Compiles lib/ by a tsconfig.json of it. @throws Error if its types are wrong; the compiler has said where. */
export async function buildAll(config = "tsconfig.json"): Promise<void> {
  const began = new Date();
  rmSync(stamp, { force: true });
  const compiler = require.resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", join(lib, config)], { stdio: "inherit" });
  if (status !== 0) throw new Error("npm run build: TypeScript found errors");
  removeStale();
  await bundle(await buildKernels());
  cpSync(published, join(dist, "projects/published"), { recursive: true });
  writeFileSync(stamp, "");
  utimesSync(stamp, began, began);
}

/** A module that was moved or removed leaves nothing behind. */
function removeStale(): void {
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const name = /^(.*)\.(?:d\.ts|js|js\.map)$/.exec(file)?.[1];
    if (name === undefined || name.startsWith("browser") || name.endsWith(".generated")) continue;
    if (modified(join(lib, `${name}.ts`)) === 0) rmSync(join(dist, file));
  }
}

if (require.main === module) {
  buildAll().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
