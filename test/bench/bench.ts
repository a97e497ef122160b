/** The command behind `npm run bench`: how many training steps and matrix products a second. */
import { ArgumentError } from "scratch-nn";
import { compare } from "./compare";
import { checkMemory } from "./memory";
import { type Options, readOptions, usage } from "./options";
import { startOurs } from "./programs";
import { jsonReport, type Report, tableReport } from "./report";
import { spread, takeTurns } from "./rounds";
import { type Workload, workloads } from "./workloads";

function select(text: string): Workload[] {
  const selected = workloads.filter(({ name }) => name.includes(text));
  if (selected.length > 0) return selected;
  const [first, last] = [workloads[0]!.name, workloads.at(-1)!.name];
  throw new ArgumentError(
    "--workload",
    `must be a part of a name such as "${first}" or "${last}", got ${text}`,
  );
}

async function measure(
  selected: readonly Workload[],
  { threads, backend, seconds, rounds }: Options,
  report: Report,
): Promise<void> {
  const program = await startOurs(threads, backend);
  try {
    for (const workload of selected) {
      const [rates] = await takeTurns([{ name: program.name, program, workload }], seconds, rounds);
      report.rate(program.name, workload, spread(rates!));
    }
  } finally {
    program.stop();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return;
  }
  if (options.memory) {
    if (!checkMemory(options)) process.exitCode = 1;
    return;
  }
  const selected = select(options.workload);
  const report = options.json ? jsonReport() : tableReport(options.peers);
  if (options.peers) await compare(selected, options, report, (sentence) => console.error(sentence));
  else await measure(selected, options, report);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
