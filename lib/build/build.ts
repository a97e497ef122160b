/* npm run build: brings lib/dist up to its source. */
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle";
import { buildKernels } from "./kernels";
import { dist, lib, modified, root } from "./places";

/** Compiles lib/ by a tsconfig.json of it. @throws Error if its types are wrong; the compiler has said where. */
export async function buildAll(config = "tsconfig.json"): Promise<void> {
  const compiler = require.resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [compiler, "-p", join(lib, config)], { stdio: "inherit" });
  if (status !== 0) throw new Error("npm run build: TypeScript found errors");
  removeStale();
  await bundle(await buildKernels());
  cpSync(join(root, "data/published"), join(dist, "projects/published"), { recursive: true });
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
