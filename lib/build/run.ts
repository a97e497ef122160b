/*
 * Behind the commands of package.json: `ts-node lib/build/run.ts FILE [ARGUMENTS]` builds what is older than its source,
 * then runs the file, which is named from the project's top folder.
 */
import { join } from "node:path";
import { buildAll, isStale } from "./build";
import { root } from "./places";

async function main(): Promise<void> {
  const [file = ""] = process.argv.splice(2, 1);
  if (isStale()) {
    console.error("lib/dist is missing or older than its source: npm run build …");
    await buildAll();
  }
  process.argv[1] = join(root, file);
  require(process.argv[1]);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
