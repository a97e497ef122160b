import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";
import { Script } from "node:vm";
import { sendToRunner } from "../../notebook/runnerChannel";
import { CellRun, shareCellRuns } from "../../platform/CellRun";
import { turn } from "../../platform/turn";
import type { Content } from "../wire";
import type { CellOutput } from "./CellOutput";
import { type CellFailure, CellSources } from "./CellSources";
import { declaredNames } from "./declaredNames";
import { expandShorthand } from "./expandShorthand";
import { type Inspect, inspectCall } from "./inspectCall";
import type { StreamName } from "./OutputBuffer";
import { type Converter, type Executor, tslab } from "./tslab";
import type { Watchdog } from "./Watchdog";
import { watchLess } from "./watchLess";

const { createConverter, isCompleteCode } = tslab("converter");
const { createExecutor } = tslab("executor");
const { printQuickInfo } = tslab("inspect");

/** The execution of a cell, with what went wrong in it. */
interface Execution {
  run: CellRun;
  number: number;
  source: string;
  failure: CellFailure | undefined;
}

/** Executes cells, one at a time, by tslab's converter and executor. */
export class CellExecutor {
  readonly #runs: AsyncLocalStorage<CellRun> = new AsyncLocalStorage();
  /** The execution count of each run. */
  readonly #numbers: WeakMap<CellRun, number> = new WeakMap();
  readonly #sources: CellSources = new CellSources();
  readonly #executor: Executor;
  readonly #watchdog: Pick<Watchdog, "synchronous" | "interruptArrived">;
  #running: Execution | undefined;
  /** What is printed later belongs to the latest cell, as in Python's kernel. */
  #output: CellOutput | undefined;

  constructor(watchdog: Pick<Watchdog, "synchronous" | "interruptArrived">) {
    this.#watchdog = watchdog;
    watchLess();
    const node = this.#converter();
    const converters = {
      node,
      get browser(): Converter {
        return createConverter({ isJS: false, isBrowser: true });
      },
      close: (): void => node.close(),
    };
    const error = this.#noteFailure.bind(this);
    this.#executor = createExecutor(process.cwd(), converters, { log: console.log, error });
    shareCellRuns(this.#runs);
    process.on("uncaughtException", (error) => this.#noteUnawaited(error));
    process.on("unhandledRejection", (error) => this.#noteUnawaited(error));
  }

  /** Undefined if the cell ended well. */
  async execute(source: string, number: number, output: CellOutput): Promise<CellFailure | undefined> {
    const run = new CellRun();
    const execution: Execution = { run, number, source, failure: undefined };
    this.#numbers.set(run, number);
    this.#direct(output);
    this.#running = execution;
    try {
      const end = this.#runs.run(run, () => this.#executor.execute(source));
      this.#watchdog.synchronous = false;
      const ok = await end;
      // Rejections that nobody handles are told at the end of the turn.
      await turn();
      if (ok && run.interrupted) {
        execution.failure ??= interruption("the cell ended early; its variables are set");
      }
    } catch (error) {
      this.#noteFailure(error);
    } finally {
      this.#running = undefined;
      this.#watchdog.interruptArrived();
      output.end();
    }
    return execution.failure;
  }

  /** Does nothing between two cells. */
  interrupt(): void {
    if (this.#running !== undefined && !this.#running.run.interrupt()) this.#executor.interrupt();
  }

  complete(code: string, cursor: number): Content {
    const { start, end, candidates } = this.#executor.complete(code, cursor);
    return { status: "ok", cursor_start: start, cursor_end: end, matches: candidates, metadata: {} };
  }

  inspect(code: string, cursor: number): Content {
    const inspect: Inspect = (source, position) => this.#executor.inspect(source, position);
    const info = inspectCall(inspect, code, cursor);
    const data = info === undefined ? {} : { "text/plain": printQuickInfo(info) };
    return { status: "ok", found: info !== undefined, data, metadata: {} };
  }

  isComplete(code: string): Content {
    const { completed, indent = "" } = isCompleteCode(code);
    return completed ? { status: "complete" } : { status: "incomplete", indent };
  }

  /** tslab's converter, with shorthand properties that it can translate, and each cell's compiled code remembered. */
  #converter(): Converter {
    const converter = createConverter({ isJS: false, isBrowser: false });
    const convert: Converter["convert"] = (declarations, source) => {
      const { text, toSource } = expandShorthand(source);
      const result = converter.convert(declarations, text);
      for (const finding of result.diagnostics) {
        if (finding.fileName === undefined) finding.start = toSource(finding.start);
      }
      if (result.output) {
        result.hasToplevelAwait ||= awaits(result.output);
        this.#watchdog.synchronous = true;
        result.output = this.#sources.add(this.#running?.number ?? 0, source, result.output);
      }
      return result;
    };
    return { ...converter, convert };
  }

  /** Sends to `output` what is written from now on. */
  #direct(output: CellOutput): void {
    this.#output?.flush();
    this.#output = output;
    const writeTo = (name: StreamName) => (text: string | Uint8Array) => {
      output.write(name, typeof text === "string" ? text : Buffer.from(text).toString());
      return true;
    };
    process.stdout.write = writeTo("stdout");
    process.stderr.write = writeTo("stderr");
    tslab("jupyter").lastWriteDisplayData = output.display.bind(output);
  }

  /** tslab tells an exception as it is, and a compiler's finding as a format with file, line, column and text. */
  #noteFailure(first: unknown, ...rest: unknown[]): void {
    const running = this.#running;
    if (running === undefined) console.error(format(first, ...rest));
    else if (rest.length === 4) {
      const [file, line, column, text] = rest;
      const place = file ? `${file}${line}:${column}` : `cell [${running.number}] line ${line}:${column}`;
      const finding = `${place} - ${text}`;
      running.failure ??= { ename: "CompilerError", evalue: finding, traceback: [] };
      running.failure.traceback.push(finding);
    } else running.failure = this.#failureOf(first, running.source);
  }

  #failureOf(error: unknown, source: string): CellFailure {
    const names = declaredNames(source);
    const unset = names.length === 0 ? "" : `; its variables are not set: ${names.join(", ")}`;
    if (error instanceof Error) {
      if ("code" in error && error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") {
        return interruption(`the cell ended where it was${unset}`);
      }
      if (error.message === "Interrupted asynchronously") {
        return interruption(`the cell was left where it was${unset}`);
      }
    }
    const failure = this.#sources.describe(error);
    if (names.length > 0) failure.traceback.push(`The cell ended here${unset}`);
    return failure;
  }

  /** An error of a timer, or of a promise that no cell awaits. It fails the cell that started it, if that still runs. */
  #noteUnawaited(error: unknown): void {
    const failure = this.#sources.describe(error);
    const run = this.#runs.getStore();
    const cell = (run && this.#numbers.get(run)) ?? this.#sources.cellOf(error);
    const origin = cell === undefined ? "" : `, from cell [${cell}]`;
    failure.traceback.unshift(`An error that nobody awaited${origin}:`);
    const text = failure.traceback.join("\n");
    const running = this.#running;
    if (running !== undefined && (cell ?? running.number) === running.number) running.failure ??= failure;
    else this.#output?.write("stderr", `${text}\n`);
    sendToRunner({ type: "unawaited", cell, text });
  }
}

function interruption(how: string): CellFailure {
  return { ename: "Interrupted", evalue: how, traceback: [`Interrupted: ${how}`] };
}

/** tslab overlooks some top-level awaits (of a type that may be undefined, for one): a body that parses only as async. */
function awaits(body: string): boolean {
  return /\bawait\b/.test(body) && !parses(`(() => {${body}\n})`) && parses(`(async () => {${body}\n})`);
}

function parses(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}
