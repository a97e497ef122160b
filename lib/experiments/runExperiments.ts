import { availableParallelism } from "node:os";
import { checkCounts } from "../checks";
import { onInterrupt } from "../platform/interrupt";
import { platform } from "../platform/node/platform";
import { turn } from "../platform/turn";
import { History } from "../train/History";
import { checkExperiment, checkExperimentData } from "./checkExperiment";
import type { Experiment, ExperimentData } from "./Experiment";
import { ExperimentPool, type ExperimentResult } from "./ExperimentPool";

export interface RunExperimentsOptions {
  /** How many train at the same time, each on a thread of its own; as many as there are processors if not given. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Called after every epoch of any experiment, with all results so far. */
  readonly onEpoch?: (results: readonly ExperimentResult[]) => void;
  /**
   * Called now and then with the steps taken so far and the steps to take, of all experiments together; those that
   * an experiment whose loss diverged leaves out are no longer counted.
   */
  readonly onStep?: (done: number, steps: number) => void;
}

type Running = { -readonly [Key in keyof ExperimentResult]: ExperimentResult[Key] };

/**
 * Trains the experiments on the data, side by side on a pool of workers. The results come in the order of the
 * experiments and are the same for any number of workers. An experiment whose loss diverges ends with an `error`, the
 * others go on. Stopped by the signal or by the kernel's interrupt, it returns the epochs that were finished.
 * @throws ArgumentError or ShapeError for options, experiments or data out of their domain, before anything is
 * trained; what a callback throws, after the workers were stopped.
 */
export async function runExperiments(
  experiments: readonly Experiment[],
  data: ExperimentData,
  options: RunExperimentsOptions = {},
): Promise<ExperimentResult[]> {
  const { workers = availableParallelism(), signal, onEpoch, onStep } = options;
  checkCounts("runExperiments", { workers });
  for (const experiment of experiments) checkExperiment(experiment, "runExperiments");
  checkExperimentData(data, "runExperiments");
  if (experiments.length === 0) return [];

  const results: Running[] = experiments.map((experiment) => {
    return { name: experiment.name, experiment, history: new History(), error: undefined };
  });
  const { count } = data.train;
  let done = 0;
  let steps = experiments.reduce((sum, experiment) => sum + stepsOf(experiment, count), 0);
  const abort = new AbortController();
  // Each experiment that waits for a worker listens.
  platform.allowListeners(abort.signal);
  const stop = (): void => abort.abort();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    stop();
  };
  const callBack = (call: () => void): void => {
    if (failure) return;
    try {
      call();
    } catch (error) {
      fail(error);
    }
  };

  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  const pool = new ExperimentPool(data, { workers: Math.min(workers, experiments.length) });
  await turn();
  const unsubscribe = onInterrupt(stop);
  const run = async (result: Running): Promise<void> => {
    const { experiment, history } = result;
    let taken = 0;
    try {
      const { error, history: heard } = await pool.run(experiment, {
        signal: abort.signal,
        onEpoch: (record) => {
          history.epochs.push(record);
          callBack(() => onEpoch?.(results));
        },
        onStep: (more) => {
          taken += more;
          done += more;
          callBack(() => onStep?.(done, steps));
        },
      });
      history.interrupted = heard.interrupted;
      result.error = error;
      if (error !== undefined) {
        steps -= stepsOf(experiment, count) - taken;
        callBack(() => onStep?.(done, steps));
      }
    } catch (error) {
      fail(error);
    }
  };
  try {
    await Promise.all([...results].sort((a, b) => cost(b.experiment) - cost(a.experiment)).map(run));
  } finally {
    unsubscribe();
    signal?.removeEventListener("abort", stop);
    await pool.close();
  }
  if (failure) throw failure.error;
  return results;
}

function stepsOf({ epochs, batchSize }: Experiment, count: number): number {
  return epochs * Math.ceil(count / batchSize);
}

/** Long ones go first, so that no worker is left alone with one at the end. */
function cost({ hidden, epochs }: Experiment): number {
  return epochs * hidden.reduce((sum, units) => sum + units, 0);
}
