import { basename } from "node:path";
import type { KernelEnd, TrainingProgress, UnawaitedError } from "../../notebook/runnerChannel";
import { CellError } from "./CellError";
import { headings } from "./headings";
import { KernelClient, KernelDeath } from "./KernelClient";
import { isCode, joinText, type Notebook, readNotebook } from "./Notebook";
import { OutputCollector } from "./OutputCollector";

export interface NotebookRunOptions {
  notebook: string;
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

export interface RunResult {
  notebook: Notebook;
  /** Something that no cell awaits (a timer, a training) still went on after the last cell; it was stopped. */
  leftWork: boolean;
  /** The most memory that the kernel has had, in bytes. */
  peakMemory: number;
}

/**
 * Executes a notebook on a kernel of its own and returns it with its outputs; the file stays as it is.
 * @throws CellError if a cell fails, takes too long or leaves an error that nobody awaits, or the kernel ends; FileError
 * if there is no such notebook, EnvironmentError if the kernel does not start, and the signal's reason if the run is
 * aborted.
 */
export async function runNotebook(options: NotebookRunOptions): Promise<RunResult> {
  const { directory, environment = {}, watcher, signal } = options;
  const notebook = readNotebook(options.notebook);
  const unawaited = new AbortController();
  const onUnawaited = ({ cell, text }: UnawaitedError): void =>
    unawaited.abort(new CellError(cellName(options, notebook, cell), `failed\n\n${text}`));
  let kernel: KernelClient | undefined;
  let end: KernelEnd;
  try {
    kernel = await KernelClient.start({
      directory,
      environment,
      onProgress: watcher.trainingAdvanced.bind(watcher),
      onUnawaited,
      signal: AbortSignal.any([signal, unawaited.signal]),
    });
    await executeCells(kernel, notebook, options);
    end = await kernel.settle();
    notebook.metadata.language_info ??= kernel.languageInfo;
  } finally {
    watcher.runEnded();
    await kernel?.close();
  }
  signal.throwIfAborted();
  return { notebook, leftWork: end.works, peakMemory: end.peakMemory };
}

async function executeCells(
  kernel: KernelClient,
  notebook: Notebook,
  options: NotebookRunOptions,
): Promise<void> {
  const { watcher, secondsPerCell } = options;
  const headingOf = headings(notebook);
  const collector = new OutputCollector();
  for (const cell of notebook.cells.filter(isCode))
    Object.assign(cell, { outputs: [], execution_count: null });
  const cells = cellsToRun(notebook);
  watcher.runStarted(cells.length);
  for (const [index, cell] of cells.entries()) {
    const name = cellName(options, notebook, index + 1);
    const started = performance.now();
    watcher.cellStarted(index + 1, headingOf.get(cell) ?? "");
    cell.outputs = collector.startCell();
    const execution = kernel.execute(joinText(cell.source), (type, content) => collector.add(type, content));
    const { ok, executionCount } = await inTime(execution, secondsPerCell, name).catch((error: unknown) => {
      throw error instanceof KernelDeath ? new CellError(name, `failed\n\n${error.message}`) : error;
    });
    if (!ok) throw CellError.fromOutputs(name, cells, cell.outputs);
    cell.execution_count = executionCount;
    watcher.cellEnded((performance.now() - started) / 1000);
  }
}

function cellsToRun(notebook: Notebook): Notebook["cells"] {
  return notebook.cells.filter((cell) => isCode(cell) && joinText(cell.source).trim() !== "");
}

/** How errors call a cell, which may be unknown. */
function cellName(
  { notebook: path }: NotebookRunOptions,
  notebook: Notebook,
  number: number | undefined,
): string {
  if (number === undefined) return `${basename(path)}: a cell`;
  const cells = cellsToRun(notebook);
  const cell = cells[number - 1];
  const heading = (cell && headings(notebook).get(cell)) ?? "";
  return `${basename(path)}: cell [${number}] of ${cells.length}${heading === "" ? "" : ` ("${heading}")`}`;
}

/** Node's timers hold no more; a longer one would go off at once. */
const longestTimerMs = 2 ** 31 - 1;

async function inTime<Result>(work: Promise<Result>, seconds: number, cellName: string): Promise<Result> {
  const end = performance.now() + seconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const wait = (): void => {
      const left = end - performance.now();
      if (left > 0) timer = setTimeout(wait, Math.min(left, longestTimerMs));
      else reject(new CellError(cellName, `took longer than ${seconds} s (--timeout)`));
    };
    wait();
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
