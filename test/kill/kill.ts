/* `npm run kill -- --times N`: kills studies and trainings N times (default: 200), and checks that nothing is lost. */
import { parseArgs } from "node:util";
import { killAtRandom } from "./killAtRandom";

const { values } = parseArgs({ options: { times: { type: "string", default: "200" } } });
const times = Number(values.times);
if (!(Number.isInteger(times) && times > 0)) {
  console.error(`kill: --times must be a whole number > 0, got ${values.times}`);
  process.exit(2);
}
killAtRandom(times, (done) => {
  if (done % 10 === 0 || done === times) console.log(`${done} of ${times} kills`);
}).then(
  () => console.log("Nothing was lost, repeated or left behind."),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
