/*
 * `npm run kill -- --times N`: kills studies and trainings N times, and as often a run of a notebook (default: 200), and
 * checks that nothing is lost or left behind.
 */
import { parseArgs } from "node:util";
import { killAtRandom } from "./killAtRandom";
import { killRuns } from "./killRuns";

function report(what: string, times: number): (done: number) => void {
  return (done) => {
    if (done % 10 === 0 || done === times) console.log(`${done} of ${times} kills of ${what}`);
  };
}

async function main(times: number): Promise<void> {
  await killAtRandom(times, report("studies and trainings", times));
  if (process.platform === "linux") {
    const problems = await killRuns(times, report("notebooks", times));
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
  console.log("Nothing was lost, repeated or left behind.");
}

const { values } = parseArgs({ options: { times: { type: "string", default: "200" } } });
const times = Number(values.times);
if (!(Number.isInteger(times) && times > 0)) {
  console.error(`kill: --times must be a whole number > 0, got ${values.times}`);
  process.exit(2);
}
main(times).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
