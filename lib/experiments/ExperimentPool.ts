import { availableParallelism } from "node:os";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import type * as Threads from "piscina";
import { checkCounts } from "../checks";
import { loadPackage } from "../platform/packages";
import { type EpochRecord, History } from "../train/History";
import { checkExperiment, checkExperimentData } from "./checkExperiment";
import type { Experiment, ExperimentData } from "./Experiment";
import type { Report, Task } from "./experimentWorker";
import { shareDataset } from "./shareDataset";

/** An experiment and how it went. */
export interface ExperimentResult {
  readonly name: string;
  readonly experiment: Experiment;
  /** The epochs that were finished. */
  readonly history: History;
  /** Why the training ended early, if its loss diverged. */
  readonly error: string | undefined;
}

export interface PoolRunOptions {
  /** Stops the training; what waits for a worker does not begin. */
  readonly signal?: AbortSignal;
  /** Called after every epoch. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Called now and then with the steps taken since the last call. */
  readonly onStep?: (steps: number) => void;
}

/**
 * Workers that train experiments on the same data, each on a thread of its own. An idle pool does not keep the process
 * alive; `close` ends its threads.
 */
export class ExperimentPool {
  readonly data: ExperimentData;
  /** How many train at the same time. */
  readonly workers: number;
  readonly #piscina: Threads.Piscina<Task, string | undefined>;

  /**
   * @param options.workers as many as there are processors if not given.
   * @throws ArgumentError or ShapeError for data or options out of their domain.
   */
  constructor(data: ExperimentData, options: { readonly workers?: number } = {}) {
    const { workers = availableParallelism() } = options;
    checkCounts("ExperimentPool", { workers });
    checkExperimentData(data, "ExperimentPool");
    this.data = data;
    this.workers = workers;
    const { Piscina } = loadPackage("ExperimentPool", "piscina") as typeof Threads;
    this.#piscina = new Piscina({
      filename: path.join(__dirname, "experimentWorker.js"),
      minThreads: workers,
      maxThreads: workers,
      workerData: { train: shareDataset(data.train), validation: shareDataset(data.validation) },
    });
    // Every run listens for errors that belong to no task; while none does, they must not end the process.
    this.#piscina.setMaxListeners(0).on("error", () => {});
  }

  /**
   * Trains an experiment, to the same bits as `prepareExperiment` and `fit` do. Stopped by the signal, its history is
   * interrupted.
   * @throws ArgumentError for an experiment out of its domain; what a callback throws, after the training was stopped;
   * the error of a worker that could not work.
   */
  async run(experiment: Experiment, options: PoolRunOptions = {}): Promise<ExperimentResult> {
    checkExperiment(experiment, "ExperimentPool.run");
    const history = new History();
    const { port1, port2 } = new MessageChannel();
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    options.signal?.addEventListener("abort", stop);
    if (options.signal?.aborted) stop();
    let failure: { readonly error: unknown } | undefined;
    const fail = (error: unknown): void => {
      failure ??= { error };
      stop();
    };
    this.#piscina.on("error", fail);
    const heardAll = new Promise<void>((resolve) => {
      port1.on("message", (report: Report) => {
        if (report.done) return resolve();
        if (failure) return;
        try {
          if (report.epoch) {
            history.epochs.push(report.epoch);
            options.onEpoch?.(report.epoch);
          } else if (report.steps) {
            options.onStep?.(report.steps);
          }
        } catch (error) {
          fail(error);
        }
      });
    });
    let error: string | undefined;
    try {
      const task: Task = { experiment, port: port2 };
      error = await this.#piscina.run(task, { transferList: [port2], signal: abort.signal });
      await heardAll;
    } catch (reason) {
      if (!abort.signal.aborted) throw reason;
      history.interrupted = history.epochs.length < experiment.epochs;
    } finally {
      options.signal?.removeEventListener("abort", stop);
      this.#piscina.off("error", fail);
      port1.close();
    }
    if (failure) throw failure.error;
    return { name: experiment.name, experiment, history, error };
  }

  /** Ends the threads, and what they are training. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
