/**
 * Starts tslab's kernel of this project: `node launcher.js CONNECTION_FILE`.
 * It is tslab's own executor and server, with what a training notebook needs besides: any amount of output, an
 * interrupt that lets a training end with what it has, and errors that name the user's own lines.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";
import { Script } from "node:vm";
import type { Publisher } from "zeromq";
import { sendToRunner } from "../../notebook/runnerChannel";
import { CellRun, shareCellRuns } from "../../platform/CellRun";
import { CellSources } from "./CellSources";
import { OutputBuffer } from "./OutputBuffer";
import {
  type Converter,
  type ExecuteReply,
  type ExecuteRequest,
  type Executor,
  tslab,
  type WriteDisplayData,
  type WriteStream,
} from "./tslab";
import { watchLess } from "./watchLess";

/** Longer than a cell's last outputs take to leave. */
const parentCheckMs = 1000;

const { createConverter } = tslab("converter");
const { createExecutor } = tslab("executor");
const { JupyterHandlerImpl, ZmqServer } = tslab("jupyter");
const cellRuns = new AsyncLocalStorage<CellRun>();
const sources = new CellSources();
let executionCount = 0;
let running: CellRun | undefined;

/** tslab's converter, with each cell's compiled code named and remembered. */
function namedConverter(): Converter {
  watchLess();
  const converter = createConverter({ isJS: false, isBrowser: false });
  const convert: Converter["convert"] = (declarations, source) => {
    const result = converter.convert(declarations, source);
    if (result.output) {
      result.hasToplevelAwait ||= awaits(result.output);
      result.output = sources.add(executionCount, source, result.output);
    }
    return result;
  };
  return { ...converter, convert };
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

/** tslab's executor, with each cell's run known to the code it started. */
function interruptibleExecutor(): Executor {
  const node = namedConverter();
  const converters = {
    node,
    get browser(): Converter {
      return createConverter({ isJS: false, isBrowser: true });
    },
    close: (): void => node.close(),
  };
  const executor = createExecutor(process.cwd(), converters, { log: console.log, error: printError });
  async function execute(source: string): Promise<boolean> {
    const run = new CellRun();
    running = run;
    executionCount++;
    try {
      const ok = await cellRuns.run(run, () => executor.execute(source));
      if (!ok || !run.interrupted) return ok;
      console.error("Interrupted: the cell ended early; its variables are set");
      return false;
    } finally {
      running = undefined;
    }
  }
  return { ...executor, execute };
}

/** tslab prints an exception as it is, and a compiler's finding as a format with file, line, column and text. */
function printError(first: unknown, ...rest: unknown[]): void {
  if (rest.length === 4) {
    const [file, line, column, text] = rest;
    const place = file ? `${file}${line}:${column}` : `cell [${executionCount}] line ${line}:${column}`;
    console.error(`${place} - ${text}`);
  } else if (rest.length === 0) console.error(sources.describe(first));
  else console.error(format(first, ...rest));
}

class BufferedHandler extends JupyterHandlerImpl {
  override async handleExecute(
    request: ExecuteRequest,
    writeStream: WriteStream,
    writeDisplayData: WriteDisplayData,
  ): Promise<ExecuteReply> {
    const buffer = new OutputBuffer(writeStream);
    try {
      return await super.handleExecute(
        request,
        (name, text) => buffer.write(name, text),
        (data, update) => {
          buffer.flush();
          writeDisplayData(data, update);
        },
      );
    } finally {
      buffer.flush();
    }
  }
}

async function startKernel(connectionFile: string): Promise<void> {
  const executor = interruptibleExecutor();
  const server = new ZmqServer(new BufferedHandler(executor, false), connectionFile);
  server.bindSocket = async (socket, port) => {
    if (socket === server.iopub) neverLose(server.iopub);
    await socket.bind(`${server.connInfo.transport}://${server.connInfo.ip}:${port}`);
  };
  process.on("SIGINT", () => {
    if (running !== undefined && !running.interrupt()) executor.interrupt();
  });
  process.on("uncaughtException", (error) => console.error(sources.describe(error)));
  process.on("unhandledRejection", (reason) => console.error(sources.describe(reason)));
  await server.init();
  const { shell, iopub } = server;
  sendToRunner({ type: "ready", shell: shell.lastEndpoint ?? "", iopub: iopub.lastEndpoint ?? "" });
}

/**
 * By default zeromq drops what is over 1,000 waiting messages, and its Node binding refuses more than 512 sends in a
 * turn of the event loop. With no limit to the queue, and sends that never wait, every message leaves.
 */
function neverLose(publisher: Publisher): void {
  publisher.sendHighWaterMark = 0;
  publisher.sendTimeout = 0;
}

/** A kernel whose parent was killed ends too. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), parentCheckMs).unref();
}

process.channel?.unref();
process.setSourceMapsEnabled(true);
shareCellRuns(cellRuns);
endWithParent();
startKernel(process.argv[2] ?? "").catch((error: unknown) => {
  process.stderr.write(`${format(error)}\n`);
  process.exit(1);
});
