import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection, Content, Header } from "../wire";

/** What the thread asks of the kernel. */
export type WatchdogRequest =
  | { type: "interrupt" }
  | { type: "shutdown" }
  | { type: "publish"; name: string; content: Content; request: Header };

export interface WatchdogSetting {
  parent: number;
  /** Its first element becomes 1 when the thread's sockets are closed. */
  closed: Int32Array;
}

export interface WatchdogListeners {
  onInterrupt: () => void;
  publish: (name: string, content: Content, request: Header) => void;
}

/** How long the thread may take to close its sockets. */
const closeMs = 1000;

/**
 * A thread beside the kernel's own, which a cell may block for as long as it likes: it ends the kernel when the process
 * that started it has ended, and answers on the control channel and to heartbeats.
 */
export class Watchdog {
  readonly #thread: Worker;
  #listeners: WatchdogListeners | undefined;

  constructor() {
    const closed = new Int32Array(new SharedArrayBuffer(4));
    const setting: WatchdogSetting = { parent: parentOf(process.env), closed };
    this.#thread = new Worker(join(__dirname, "watchdogThread.js"), { workerData: setting });
    this.#thread.unref();
    this.#thread.on("message", (request: WatchdogRequest) => this.#do(request));
    // zeromq's sockets abort a process that ends while another thread has them open.
    process.on("exit", () => {
      this.#thread.postMessage("close");
      Atomics.wait(closed, 0, 0, closeMs);
    });
    process.on("SIGINT", () => this.#listeners?.onInterrupt());
    process.on("disconnect", () => process.exit(1));
    process.channel?.unref();
  }

  listen(connection: Connection, listeners: WatchdogListeners): void {
    this.#listeners = listeners;
    this.#thread.postMessage(connection);
  }

  #do(request: WatchdogRequest): void {
    if (request.type === "interrupt") this.#listeners?.onInterrupt();
    else if (request.type === "shutdown") process.exit(0);
    else this.#listeners?.publish(request.name, request.content, request.request);
  }
}

/** The runner and Jupyter each say who they are, so that one which ended before we could look is missed too. */
function parentOf({ SCRATCH_NN_RUNNER, JPY_PARENT_PID }: NodeJS.ProcessEnv): number {
  return Number(SCRATCH_NN_RUNNER ?? JPY_PARENT_PID ?? process.ppid);
}
