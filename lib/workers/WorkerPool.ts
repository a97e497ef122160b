import { availableParallelism } from "node:os";
import { MessageChannel } from "node:worker_threads";
import { crc32 } from "node:zlib";
import type * as Threads from "piscina";
import { checkCounts, checkOptions } from "../checks";
import type { Dataset } from "../datasets/Dataset";
import * as errors from "../errors";
import type { AbortSignal } from "../platform/AbortSignal";
import { platform } from "../platform/node/platform";
import { loadPackage } from "../platform/packages";
import { packageFile } from "../platform/paths";
import type { ModuleExport } from "./loadExport";
import { shareDataset } from "./shareDataset";
import type { Datasets } from "./Task";
import type { Answer, Order, SharedDataset, WorkerMessage } from "./worker";

export interface TaskOptions {
  /** What the task learns from. A dataset is put into memory that all threads see once, however many tasks take it. */
  readonly data?: Datasets;
  /** Gives the task up; one that waits for a worker does not begin. */
  readonly signal?: AbortSignal;
  /** Called with what the task reports, in its order, and never after `run` has ended. */
  readonly onReport?: (message: unknown) => void;
}

/** How long, in milliseconds, a thread waits for work before it ends. */
const IDLE = 10_000;

/**
 * Threads that do tasks side by side, each task on one. They begin with the first task and end when there has been
 * none for ten seconds, or with `close`; an idle pool does not keep the process alive.
 * @throws ArgumentError unless `workers`, how many tasks are done at the same time (default: as many as there are
 * processors), is a whole number > 0.
 */
export class WorkerPool {
  /** How many tasks are done at the same time. */
  readonly workers: number;
  readonly #shared: WeakMap<Dataset, { readonly sum: string; readonly shared: SharedDataset }> =
    new WeakMap();
  #datasets = 0;
  #threads: Threads.Piscina<Order, Answer> | undefined;

  constructor(options: { readonly workers?: number } = {}) {
    platform.expectNode("WorkerPool");
    checkOptions("WorkerPool", options, ["workers"]);
    const { workers = availableParallelism() } = options;
    checkCounts("WorkerPool", { workers });
    this.workers = workers;
  }

  /**
   * Does a task, and gives what it gives.
   * @param input anything that can be sent to another thread.
   * @throws what the task throws, as an error of its class; what `onReport` throws, after the task was given up;
   * the reason of the signal that gave it up; EnvironmentError if its thread broke.
   */
  async run(task: ModuleExport, input: unknown, options: TaskOptions = {}): Promise<unknown> {
    const { data = {}, signal, onReport } = options;
    const { port1, port2 } = new MessageChannel();
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const failures: unknown[] = [];
    const fail = (error: unknown): void => {
      failures.push(error);
      stop();
    };
    const heardAll = new Promise<void>((resolve) => {
      port1.on("message", (message: WorkerMessage) => {
        if ("done" in message) return resolve();
        if (abort.signal.aborted) return;
        try {
          onReport?.(message.report);
        } catch (error) {
          fail(error);
        }
      });
    });
    const threads = this.#start();
    threads.on("error", fail);
    let answer: Answer | undefined;
    try {
      const order: Order = { task, input, data: this.#share(data), port: port2 };
      answer = await threads.run(order, { transferList: [port2], signal: abort.signal });
      await heardAll;
    } catch (error) {
      failures.push(signal?.aborted ? signal.reason : brokenBy(error));
    } finally {
      signal?.removeEventListener("abort", stop);
      threads.off("error", fail);
      port1.close();
    }
    if (answer === undefined || failures.length > 0) throw failures[0];
    return resultOf(answer);
  }

  /** Ends the threads; tasks on their way are given up. A later task starts them again. */
  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = undefined;
    await threads?.destroy();
  }

  #start(): Threads.Piscina<Order, Answer> {
    if (this.#threads) return this.#threads;
    const { Piscina } = loadPackage("WorkerPool", "piscina") as typeof Threads;
    const threads = new Piscina<Order, Answer>({
      filename: packageFile("workers/worker.js"),
      minThreads: 0,
      maxThreads: this.workers,
      idleTimeout: IDLE,
    });
    // Every task listens for errors that belong to none; while there is no task, they must not end the process.
    threads.setMaxListeners(0).on("error", () => {});
    this.#threads = threads;
    return threads;
  }

  #share(data: Datasets): Order["data"] {
    return Object.fromEntries(Object.entries(data).map(([name, dataset]) => [name, this.#shareOne(dataset)]));
  }

  /** What was shared before, unless its arrays were changed since. */
  #shareOne(dataset: Dataset): SharedDataset {
    const sum = [crc32(dataset.inputs), crc32(dataset.labels)].join();
    const known = this.#shared.get(dataset);
    if (known?.sum === sum) return known.shared;
    const shared = { id: ++this.#datasets, dataset: shareDataset(dataset) };
    this.#shared.set(dataset, { sum, shared });
    return shared;
  }
}

function brokenBy(error: unknown): Error {
  if ((error as Partial<Error>).name !== "DataCloneError") {
    return new errors.EnvironmentError("WorkerPool", errors.messageOf(error));
  }
  const problem = `input must be data that can be sent to another thread: ${errors.messageOf(error)}`;
  return new errors.ArgumentError("WorkerPool.run", problem);
}

/** The errors that a task can throw, by their names. */
const CLASSES: Readonly<Record<string, unknown>> = errors;

function resultOf(answer: Answer): unknown {
  if ("result" in answer) return answer.result;
  throw restoreError(answer.error, answer.name);
}

/** The error as one of its class, which does not survive the way from another thread or machine. */
export function restoreError(error: Error, name: string): Error {
  const kind = CLASSES[name];
  if (typeof kind === "function") Object.setPrototypeOf(error, kind.prototype as object);
  if (error.name !== name) error.name = name;
  return error;
}
