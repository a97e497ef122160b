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
  /** Shared by the threads; 1 says yes. */
  flags: Int32Array;
}

/** The places of the flags. */
export const flag = { closed: 0, interruptWaits: 1, synchronous: 2 } as const;

export interface WatchdogListeners {
  onInterrupt: () => void;
  publish: (name: string, content: Content, request: Header) => void;
}

/** How long the thread may take to close its sockets. */
const closeMs = 5000;

/**
 * A thread beside the kernel's own, which a cell may block for as long as it likes: it ends the kernel when the process
 * that started it has ended, and answers on the control channel and to heartbeats.
 */
export class Watchdog {
  readonly #thread: Worker;
  readonly #flags: Int32Array = new Int32Array(new SharedArrayBuffer(4 * Object.keys(flag).length));
  #listeners: WatchdogListeners | undefined;

  constructor() {
    const setting: WatchdogSetting = { parent: parentOf(process.env), flags: this.#flags };
    this.#thread = new Worker(join(__dirname, "watchdogThread.js"), { workerData: setting });
    this.#thread.unref();
    this.#thread.on("message", (request: WatchdogRequest) => this.#do(request));
    // zeromq's sockets abort a process that ends while another thread has them open.
    process.on("exit", () => {
      this.#thread.postMessage("close");
      Atomics.wait(this.#flags, flag.closed, 0, closeMs);
    });
    process.on("SIGINT", () => {
      this.interruptArrived();
      this.#listeners?.onInterrupt();
    });
    process.on("disconnect", () => process.exit(1));
    process.channel?.unref();
  }

  listen(connection: Connection, listeners: WatchdogListeners): void {
    this.#listeners = listeners;
    this.#thread.postMessage(connection);
  }

  /** Tells whether the synchronous part of a cell runs. */
  set synchronous(isSynchronous: boolean) {
    Atomics.store(this.#flags, flag.synchronous, Number(isSynchronous));
  }

  /** The interrupt that was asked for, if any, has reached its cell, or the cell has ended. */
  interruptArrived(): void {
    Atomics.store(this.#flags, flag.interruptWaits, 0);
  }

  #do(request: WatchdogRequest): void {
    if (request.type === "interrupt") {
      const waits = Atomics.exchange(this.#flags, flag.interruptWaits, 0) === 1;
      if (waits) this.#listeners?.onInterrupt();
    } else if (request.type === "shutdown") process.exit(0);
    else this.#listeners?.publish(request.name, request.content, request.request);
  }
}

/** The runner and Jupyter each say who they are, so that one which ended before we could look is missed too. */
function parentOf({ SCRATCH_NN_RUNNER, JPY_PARENT_PID }: NodeJS.ProcessEnv): number {
  return Number(SCRATCH_NN_RUNNER ?? JPY_PARENT_PID ?? process.ppid);
}
