/** The command behind `npm start` and `npm run notebook`: executes a notebook and says where its results are. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError } from "../../errors";
import { scorecardText } from "../../notebook/scorecardText";
import { projectRoot } from "../../platform/paths";
import { duration } from "./duration";
import { progressOn } from "./Progress";
import { runNotebook } from "./runNotebook";

const usage = `npm start [-- OPTIONS]                executes notebooks/main.ipynb
npm run notebook -- NAME [OPTIONS]    executes notebooks/NAME.ipynb

  --quick             a small version, into a copy under .scratch/
  --timeout SECONDS   the longest a cell may take (default 3600)
  --help              this text`;

const signals = { SIGINT: 130, SIGTERM: 143 };
const root = projectRoot();

interface Command {
  name: string;
  quick: boolean;
  secondsPerCell: number;
  help: boolean;
}

function readCommand(): Command {
  const { values, positionals } = parseArguments();
  const [name = "main", ...others] = positionals.map((path) => path.replace(/^notebooks\/|\.ipynb$/g, ""));
  if (others.length > 0)
    throw new ArgumentError("notebook", `wanted one name, got ${positionals.join(", ")}`);
  const secondsPerCell = Number(values.timeout ?? 3600);
  if (!(secondsPerCell > 0)) throw new ArgumentError("--timeout", `wanted seconds, got ${values.timeout}`);
  if (!existsSync(notebookPath(name))) {
    throw new ArgumentError(name, `wanted the name of a notebook: ${notebookNames().join(", ")}`);
  }
  const quick = (values.quick ?? false) || process.env.SCRATCH_NN_QUICK === "1";
  return { name, quick, secondsPerCell, help: values.help ?? false };
}

function parseArguments(): {
  values: { quick?: boolean; timeout?: string; help?: boolean };
  positionals: string[];
} {
  const options = {
    quick: { type: "boolean" },
    timeout: { type: "string" },
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new ArgumentError("npm start", `${problem}; the choices are --quick, --timeout SECONDS and --help`);
  }
}

function notebookPath(name: string): string {
  return join(root, "notebooks", `${name}.ipynb`);
}

function notebookNames(): string[] {
  const files = readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"));
  return files.map((file) => file.slice(0, -".ipynb".length)).sort();
}

async function run({ name, quick, secondsPerCell }: Command, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const output = quick ? join(root, ".scratch", `${name}.ipynb`) : notebookPath(name);
  const notebook = await runNotebook({
    notebook: notebookPath(name),
    output,
    directory: join(root, "notebooks"),
    environment: quick ? { SCRATCH_NN_QUICK: "1", SCRATCH_NN_OUTPUT: ".scratch" } : {},
    secondsPerCell,
    watcher: progressOn(process.stdout),
    signal,
  });
  const scorecard = scorecardText(notebook);
  if (scorecard !== "") console.log(`\n${scorecard.trimEnd()}`);
  console.log(`\nDone in ${duration((performance.now() - started) / 1000)}. Where to look next:`);
  const places = [
    [relative(root, output), "the notebook with its results"],
    [quick ? ".scratch/imgs/" : "imgs/", "its figures, as SVG and PNG"],
    ["npm run lab", "the notebook in JupyterLab, to change a cell and run it again"],
  ];
  for (const [place, text] of places) console.log(`  ${place!.padEnd(24)} ${text}`);
}

async function main(): Promise<number> {
  const stop = new AbortController();
  let exitCode = 1;
  for (const [signal, code] of Object.entries(signals)) {
    process.once(signal, () => {
      exitCode = code;
      stop.abort(new Error("Stopped; the notebook was left as it was."));
    });
  }
  try {
    const command = readCommand();
    if (command.help) console.log(usage);
    else await run(command, stop.signal);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return exitCode;
  }
}

main().then((exitCode) => {
  process.exitCode = exitCode;
});
