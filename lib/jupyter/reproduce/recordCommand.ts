/** The command behind `npm run results`: takes the numbers of the stored scorecards into data/results.json and README.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../platform/files";
import { projectRoot } from "../../platform/paths";
import { readmeTable, withReadmeTable } from "./readmeTable";
import { recordedResults, resultsPath, resultsText, storedResults } from "./results";

function record(): void {
  const root = projectRoot();
  const results = storedResults(root);
  const before = recordedResults(root);
  for (const [name, rows] of Object.entries(results.notebooks)) {
    for (const { what, ours } of rows) {
      const old = before[name]?.[what];
      if (old !== ours) console.log(`${name}, ${what}: ${old ?? "new"} → ${ours}`);
    }
  }
  const readme = join(root, "README.md");
  const page = withReadmeTable(readFileSync(readme, "utf8"), readmeTable(results));
  writeAtomically(resultsPath(root), resultsText(results));
  writeAtomically(readme, page);
}

try {
  record();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
