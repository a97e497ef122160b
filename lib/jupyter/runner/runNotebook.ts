import { basename } from "node:path";
import type { TrainingProgress } from "../../notebook/runnerChannel";
import { writeAtomically } from "../../platform/files";
import { CellError } from "./CellError";
import { headings } from "./headings";
import { KernelClient } from "./KernelClient";
import { isCode, joinText, type Notebook, notebookText, readNotebook } from "./Notebook";
import { OutputCollector } from "./OutputCollector";

export interface RunOptions {
  notebook: string;
  /** Where the executed notebook goes; it may be `notebook` itself. */
  output: string;
  /** The folder the cells' imports are relative to. */
  directory: string;
  environment?: Readonly<Record<string, string>>;
  secondsPerCell: number;
  watcher: RunWatcher;
  signal: AbortSignal;
}

/** Is told how a run goes on. */
export interface RunWatcher {
  runStarted(cells: number): void;
  cellStarted(cell: number, heading: string): void;
  trainingAdvanced(progress: TrainingProgress): void;
  cellEnded(seconds: number): void;
  runEnded(): void;
}

/**
 * Executes a notebook on a kernel of its own and writes it with its outputs. The file is written once, when the last
 * cell has ended; whatever goes wrong before leaves it as it was.
 * @throws CellError if a cell fails or takes too long, FileError if there is no such notebook, EnvironmentError if the
 * kernel ends, and the signal's reason if the run is aborted.
 */
export async function runNotebook(options: RunOptions): Promise<Notebook> {
  const { directory, environment = {}, watcher, signal } = options;
  const notebook = readNotebook(options.notebook);
  let kernel: KernelClient | undefined;
  try {
    const onProgress = watcher.trainingAdvanced.bind(watcher);
    kernel = await KernelClient.start({ directory, environment, onProgress });
    await untilAborted(executeCells(kernel, notebook, options), signal);
    notebook.metadata.language_info ??= kernel.languageInfo;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    watcher.runEnded();
    await kernel?.close();
  }
  writeAtomically(options.output, notebookText(notebook));
  return notebook;
}

async function executeCells(kernel: KernelClient, notebook: Notebook, options: RunOptions): Promise<void> {
  const { watcher, secondsPerCell } = options;
  const headingOf = headings(notebook);
  const collector = new OutputCollector();
  const codeCells = notebook.cells.filter(isCode);
  for (const cell of codeCells) Object.assign(cell, { outputs: [], execution_count: null });
  const cells = codeCells.filter((cell) => joinText(cell.source).trim() !== "");
  watcher.runStarted(cells.length);
  for (const [index, cell] of cells.entries()) {
    const heading = headingOf.get(cell) ?? "";
    const section = heading === "" ? "" : ` ("${heading}")`;
    const name = `${basename(options.notebook)}: cell [${index + 1}] of ${cells.length}${section}`;
    const started = performance.now();
    watcher.cellStarted(index + 1, heading);
    cell.outputs = collector.startCell();
    const execution = kernel.execute(joinText(cell.source), (type, content) => collector.add(type, content));
    const { ok, executionCount } = await inTime(execution, secondsPerCell, name);
    if (!ok) throw CellError.fromOutputs(name, cells, cell.outputs);
    cell.execution_count = executionCount;
    watcher.cellEnded((performance.now() - started) / 1000);
  }
}

async function inTime<Result>(work: Promise<Result>, seconds: number, cellName: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new CellError(cellName, `took longer than ${seconds} s (--timeout)`)),
      seconds * 1000,
    );
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
