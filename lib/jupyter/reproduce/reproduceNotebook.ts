import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../../errors";
import { writeAtomically } from "../../platform/files";
import { type Notebook, notebookText } from "../runner/Notebook";
import { type RunWatcher, runNotebook } from "../runner/runNotebook";
import { judge } from "./judge";
import { type JudgedRow, keepRecord, type RunRecord, type WeightsFile } from "./RunRecord";
import type { RunConditions } from "./runKey";
import { scorecardRows, shownRows } from "./scorecardRows";

export interface ReproduceOptions extends RunConditions {
  /** The notebook's file. */
  readonly path: string;
  readonly name: string;
  /** Where it leaves its journals, figures, weights and record. */
  readonly folder: string;
  /** Ours of this release, row by row, as the scorecard writes it. */
  readonly recorded: Readonly<Record<string, string>>;
  readonly secondsPerCell: number;
  readonly watcher: RunWatcher;
  readonly signal: AbortSignal;
}

/**
 * Runs a notebook in a folder of its own and judges its scorecard. A notebook that fails has a record that says why; it is
 * not kept, so that the next command runs it again.
 * @throws the signal's reason if it is aborted.
 */
export async function reproduceNotebook(options: ReproduceOptions): Promise<RunRecord> {
  const { path, name, folder, root, quick, anew, secondsPerCell, watcher, signal } = options;
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  const journals = join(root, "data/studies");
  if (!quick && !anew && existsSync(journals)) {
    cpSync(journals, join(folder, "data/studies"), { recursive: true, force: false });
  }
  try {
    const { notebook, peakMemory } = await runNotebook({
      notebook: path,
      directory: dirname(path),
      environment: { SCRATCH_NN_OUTPUT: folder, SCRATCH_NN_QUICK: quick ? "1" : "" },
      secondsPerCell,
      watcher,
      signal,
    });
    writeAtomically(join(folder, `${name}.ipynb`), notebookText(notebook));
    const rows = judgedRows(notebook, quick ? undefined : options.recorded);
    const record = { notebook: name, seconds: seconds(), peakMemory, rows, weights: weightsIn(folder) };
    keepRecord(folder, record);
    return record;
  } catch (error) {
    signal.throwIfAborted();
    return {
      notebook: name,
      seconds: seconds(),
      peakMemory: 0,
      rows: [],
      weights: [],
      error: messageOf(error),
    };
  }
}

/**
 * The rows of the notebook's scorecards with their verdicts.
 * @param recorded ours of this release, row by row; undefined for a quick run, which is not judged.
 */
export function judgedRows(
  notebook: Notebook,
  recorded: Readonly<Record<string, string>> | undefined,
): JudgedRow[] {
  const shown = shownRows(notebook);
  return scorecardRows(notebook).map((row, i) => ({
    ...row,
    verdict: recorded ? judge(row, shown[i]?.ours ?? "", recorded[row.what]) : "not judged",
  }));
}

function weightsIn(folder: string): WeightsFile[] {
  const models = join(folder, "data/models");
  if (!existsSync(models)) return [];
  const files = readdirSync(models).filter((file) => file.endsWith(".safetensors"));
  return files.sort().map((file) => {
    const bytes = readFileSync(join(models, file));
    return { file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  });
}
