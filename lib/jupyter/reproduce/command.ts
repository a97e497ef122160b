/** The command behind `npm run reproduce`: runs the notebooks, checks their scorecards and writes what came out. */
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError } from "../../errors";
import { duration } from "../../notebook/duration";
import { writeAtomically } from "../../platform/files";
import { packageFile, projectRoot } from "../../platform/paths";
import { progressOn } from "../runner/Progress";
import { runCommand, type SignalStop } from "../SignalStop";
import { thisMachine } from "./machine";
import { jsonText, keptRecord, type RunRecord } from "./RunRecord";
import { countText, failuresOf, isReproduced, type Reproduction, reportText, verdictText } from "./report";
import { reproduceNotebook } from "./reproduceNotebook";
import { notebooksWithScorecard, recordedResults } from "./results";
import { runKey } from "./runKey";

const usage = `npm run reproduce [-- OPTIONS]    runs the notebooks at full size and checks every row of their scorecards

  --only NAME         one notebook; may be given several times
  --quick             small versions, which show that everything runs; nothing is judged
  --anew              trains what the journals in data/studies/ hold, too: many hours
  --timeout SECONDS   the longest a cell may take (default: 86400)
  --help              this text

A run of all writes REPRODUCED.md and REPRODUCED.json, and the weights into data/models/; a part, or a quick run, writes
them into .scratch/. A command that was stopped goes on where it was: finished notebooks are kept.`;

interface Command {
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly anew: boolean;
  readonly secondsPerCell: number;
}

/** Undefined if help is asked for. */
function readCommand(): Command | undefined {
  const { values, positionals } = parseArguments();
  if (values.help) return undefined;
  if (positionals.length > 0) throw wrong(`the choices are options, got ${positionals.join(" ")}`);
  const secondsPerCell = Number(values.timeout ?? 86_400);
  if (!(secondsPerCell > 0)) throw wrong(`--timeout must be seconds > 0, got "${values.timeout}"`);
  const { only = [], quick = false, anew = false } = values;
  return { only, quick, anew, secondsPerCell };
}

function parseArguments(): {
  values: { only?: string[]; quick?: boolean; anew?: boolean; timeout?: string; help?: boolean };
  positionals: string[];
} {
  const options = {
    only: { type: "string", multiple: true },
    quick: { type: "boolean" },
    anew: { type: "boolean" },
    timeout: { type: "string" },
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error);
    throw wrong(`${problem}; the choices are --only NAME, --quick, --anew, --timeout SECONDS and --help`);
  }
}

function wrong(problem: string): ArgumentError {
  return new ArgumentError("npm run reproduce", problem);
}

async function reproduce(command: Command, stop: SignalStop): Promise<boolean> {
  const { only, quick, anew, secondsPerCell } = command;
  const root = projectRoot();
  const all = notebooksWithScorecard(root);
  const unknown = only.find((name) => !all.some((notebook) => notebook.name === name));
  if (unknown !== undefined) {
    throw wrong(`--only must be one of ${all.map(({ name }) => name).join(", ")}, got ${unknown}`);
  }
  const chosen = all.filter(({ name }) => only.length === 0 || only.includes(name));
  const place = join(root, ".scratch/reproduce");
  const planned = chosen.map(({ name, path }) => {
    const folder = join(place, `${name}-${runKey(path, { root, quick, anew })}`);
    return { name, path, folder, kept: keptRecord(folder) };
  });
  const estimates = planned.map(({ name, kept }) => (kept ? 0 : secondsOf(root, name, quick)));
  const sum = estimates.reduce((sum, seconds) => sum + seconds, 0);
  console.log(
    `It will take about ${duration(sum)}${anew ? ", and the trainings of the journals many hours" : ""}.`,
  );
  const recorded = recordedResults(root);
  const notebooks: RunRecord[] = [];
  for (const { name, path, folder, kept } of planned) {
    stop.throwIfAsked();
    console.log(`\n${name}${kept ? ": finished before" : ""}`);
    const options = { root, quick, anew, path, name, folder, secondsPerCell, signal: stop.signal };
    const record =
      kept ??
      (await reproduceNotebook({
        ...options,
        recorded: recorded[name] ?? {},
        watcher: progressOn(process.stdout),
      }));
    notebooks.push(record);
    console.log(record.error ?? `${countText(record.rows)} (${duration(record.seconds)})`);
    for (const { what, published, ours, verdict } of failuresOf(record.rows))
      console.log(`  ${verdict}: ${what}: published ${published ?? "–"}, ours ${ours ?? "–"}`);
  }
  stop.throwIfAsked();
  const reproduced = isReproduced(notebooks);
  const isAll = !quick && only.length === 0;
  const output = isAll ? root : join(root, ".scratch");
  const reproduction: Reproduction = {
    format: "scratch-nn reproduction 1",
    version: versionOf(),
    quick,
    machine: await thisMachine(),
    reproduced,
    notebooks,
  };
  writeAtomically(join(output, "REPRODUCED.md"), `${reportText(reproduction)}\n`);
  writeAtomically(join(output, "REPRODUCED.json"), jsonText(reproduction));
  for (const { folder } of planned) {
    const models = join(folder, "data/models");
    if (existsSync(models)) cpSync(models, join(output, "data/models"), { recursive: true });
  }
  if (reproduced) for (const { folder } of planned) rmSync(folder, { recursive: true, force: true });
  console.log(
    `\n${verdictText(reproduced, quick)} ${relative(root, join(output, "REPRODUCED.md"))} has every row.`,
  );
  return reproduced;
}

/** Minutes at full size on two cores, until this project has been reproduced once. */
const MINUTES: Readonly<Record<string, number>> = {
  cnn: 6,
  lstm: 20,
  main: 4,
  nielsen: 6,
  tiny: 3,
  "two-layer": 6,
};

/** How long the notebook took last time, or roughly takes; 0 where nothing is known. */
function secondsOf(root: string, name: string, quick: boolean): number {
  const path = join(root, quick ? ".scratch" : "", "REPRODUCED.json");
  if (!existsSync(path)) return quick ? 30 : 60 * (MINUTES[name] ?? 0);
  const { notebooks } = JSON.parse(readFileSync(path, "utf8")) as Reproduction;
  return notebooks.find(({ notebook }) => notebook === name)?.seconds ?? 0;
}

function versionOf(): string {
  return (JSON.parse(readFileSync(packageFile("../package.json"), "utf8")) as { version: string }).version;
}

runCommand("Stopped; what was finished is kept, and the same command goes on.", async (stop) => {
  const command = readCommand();
  if (command !== undefined) return (await reproduce(command, stop)) ? 0 : 1;
  console.log(usage);
  return 0;
});
