/*
 * Before npm pack: compiles the package as a user gets it, without source maps, and without what is marked @internal in
 * its types. The checkout's own build comes back after it.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { buildAll } from "./build";
import { lib, root } from "./places";

buildAll("tsconfig.pack.json").then(
  () => {
    for (const file of ["LICENSE", "README.md"]) copyFileSync(join(root, file), join(lib, file));
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
