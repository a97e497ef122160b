import { availableParallelism } from "node:os";
import path from "node:path";
import type * as Threads from "piscina";
import { checkCounts } from "../../checks";
import { ArgumentError, EnvironmentError, messageOf } from "../../errors";
import { shareDataset } from "../../experiments/shareDataset";
import { onInterrupt } from "../../platform/interrupt";
import { loadPackage } from "../../platform/packages";
import { turn } from "../../platform/turn";
import type { SearchData } from "./loaders";
import type { TwoLayerSettings } from "./settings";
import type { TrialResult } from "./trainTrial";
import type { StepsMessage, TrialTask } from "./trialWorker";

export interface TrialPoolOptions {
  readonly settings: TwoLayerSettings;
  /** Made by the first trial; a pool that trains none asks for none. */
  readonly data: () => SearchData;
  /** How many trials train at the same time; as many as there are processors if not given. */
  readonly workers?: number;
  /** Called now and then with the steps that all trials took together since the last call. */
  readonly onSteps?: (steps: number) => void;
}

/** Trains trials side by side, each on a thread of its own, which begin with the first trial. `close` ends them. */
export class TrialPool {
  readonly settings: TwoLayerSettings;
  readonly workers: number;
  readonly #options: TrialPoolOptions;
  #pool: Threads.Piscina<TrialTask, TrialResult | string> | undefined;

  /** @throws ArgumentError unless workers is a whole number > 0. */
  constructor(options: TrialPoolOptions) {
    const { settings, workers = availableParallelism() } = options;
    checkCounts("TrialPool", { workers });
    this.settings = settings;
    this.workers = workers;
    this.#options = options;
  }

  /**
   * What `trainTrial` gives, to the same bits.
   * @throws ArgumentError if there is no such trial or its loss diverges; EnvironmentError if its thread broke, or was
   * stopped by the signal.
   */
  async run(number: number, options: { epochs?: number; signal?: AbortSignal } = {}): Promise<TrialResult> {
    const { epochs = this.settings.epochs, signal } = options;
    let result: TrialResult | string;
    try {
      result = await this.#start().run({ number, epochs }, { signal: signal ?? null });
    } catch (error) {
      throw new EnvironmentError(`trial ${number}`, messageOf(error));
    }
    if (typeof result === "string") throw new ArgumentError(`trial ${number}`, result);
    return result;
  }

  /** Some trials, in the order of their numbers here; those that an interrupt of the kernel stopped are left out. */
  async runAll(
    numbers: readonly number[],
    options: { epochs?: number } = {},
  ): Promise<({ readonly number: number } & TrialResult)[]> {
    const abort = new AbortController();
    await turn();
    const unsubscribe = onInterrupt(() => abort.abort());
    const run = async (number: number): Promise<({ readonly number: number } & TrialResult)[]> => {
      try {
        return [{ number, ...(await this.run(number, { ...options, signal: abort.signal })) }];
      } catch (error) {
        if (abort.signal.aborted) return [];
        throw error;
      }
    };
    try {
      return (await Promise.all(numbers.map(run))).flat();
    } finally {
      unsubscribe();
    }
  }

  /** Ends the threads; trials on their way are given up. */
  async close(): Promise<void> {
    await this.#pool?.destroy();
    this.#pool = undefined;
  }

  #start(): Threads.Piscina<TrialTask, TrialResult | string> {
    if (this.#pool) return this.#pool;
    const { data, settings, onSteps } = this.#options;
    const { train, validation } = data();
    const { Piscina } = loadPackage("TrialPool", "piscina") as typeof Threads;
    const pool = new Piscina<TrialTask, TrialResult | string>({
      filename: path.join(__dirname, "trialWorker.js"),
      minThreads: this.workers,
      maxThreads: this.workers,
      workerData: { data: { train: shareDataset(train), validation: shareDataset(validation) }, settings },
    });
    // What belongs to a trial rejects its run; the rest must not end the process.
    pool.on("error", () => {});
    pool.on("message", ({ steps }: StepsMessage) => onSteps?.(steps));
    this.#pool = pool;
    return pool;
  }
}
