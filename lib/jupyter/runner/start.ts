/** The command behind `npm start` and `npm run notebook`: executes a notebook and says where its results are. */
import { basename, dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError } from "../../errors";
import { duration } from "../../notebook/duration";
import { writeAtomically } from "../../platform/files";
import { projectRoot } from "../../platform/paths";
import { runCommand, type SignalStop } from "../SignalStop";
import { findNotebook } from "./findNotebook";
import { notebookText } from "./Notebook";
import { progressOn } from "./Progress";
import { runNotebook } from "./runNotebook";
import { scorecardText } from "./scorecardText";

const usage = `npm start [-- OPTIONS]                executes notebooks/main.ipynb
npm run notebook -- NAME [OPTIONS]    executes notebooks/NAME.ipynb, or the notebook at a path

  --quick             a small version, into a copy under .scratch/
  --timeout SECONDS   the longest a cell may take (default: 3600)
  --help              this text`;

const root = projectRoot();

interface Command {
  notebook: string;
  quick: boolean;
  secondsPerCell: number;
}

/** Undefined if help is wanted. */
function readCommand(): Command | undefined {
  const { values, positionals } = parseArguments();
  if (values.help) return undefined;
  const [name = "main", ...others] = positionals;
  if (others.length > 0) {
    throw new ArgumentError("npm run notebook", `NAME must be one notebook, got ${positionals.join(", ")}`);
  }
  const secondsPerCell = Number(values.timeout ?? 3600);
  if (!(secondsPerCell > 0)) {
    throw new ArgumentError("npm start", `--timeout must be seconds > 0, got "${values.timeout}"`);
  }
  const quick = (values.quick ?? false) || process.env.SCRATCH_NN_QUICK === "1";
  return { notebook: findNotebook(name, root), quick, secondsPerCell };
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
    const problem = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error);
    throw new ArgumentError("npm start", `${problem}; the choices are --quick, --timeout SECONDS and --help`);
  }
}

/** Writes the notebook once, when its last cell has ended; whatever goes wrong before leaves it as it was. */
async function run({ notebook: path, quick, secondsPerCell }: Command, stop: SignalStop): Promise<void> {
  const started = performance.now();
  const output = quick ? join(root, ".scratch", basename(path)) : path;
  const { notebook, leftWork } = await runNotebook({
    notebook: path,
    directory: dirname(path),
    environment: quick ? { SCRATCH_NN_QUICK: "1" } : {},
    secondsPerCell,
    watcher: progressOn(process.stdout),
    signal: stop.signal,
  });
  stop.throwIfAsked();
  writeAtomically(output, notebookText(notebook));
  if (leftWork) {
    console.error(
      "After the last cell something that no cell awaits, a timer or a training, still went on; it was stopped.",
    );
  }
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

runCommand("Stopped; the notebook was left as it was.", async (stop) => {
  const command = readCommand();
  if (command === undefined) console.log(usage);
  else await run(command, stop);
  return 0;
});
