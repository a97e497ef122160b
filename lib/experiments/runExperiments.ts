import { availableParallelism } from "node:os";
import { checkCounts, checkOptions } from "../checks";
import type { AbortSignal } from "../platform/AbortSignal";
import { type Stop, stoppable } from "../platform/stoppable";
import { History } from "../train/History";
import { WorkerPool } from "../workers/WorkerPool";
import { checkExperiments } from "./checkExperiments";
import type { ExperimentData, MlpExperiment } from "./MlpExperiment";
import { type ExperimentResult, trainExperiment } from "./trainExperiment";

/** Where `runExperiments` trains, how it is stopped, and whom it tells of its progress. */
export interface RunExperimentsOptions {
  /** How many train at the same time, each on a thread of its own (default: as many as there are processors). */
  readonly workers?: number;
  /** Stops the trainings; what was finished is returned. */
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
  experiments: readonly MlpExperiment[],
  data: ExperimentData,
  options: RunExperimentsOptions = {},
): Promise<ExperimentResult[]> {
  checkOptions("runExperiments", options, ["workers", "signal", "onEpoch", "onStep"]);
  const { workers = availableParallelism(), onEpoch, onStep } = options;
  checkCounts("runExperiments", { workers });
  checkExperiments("runExperiments", experiments, data);

  const results: Running[] = experiments.map((experiment) => {
    return { name: experiment.name, experiment, history: new History(), error: undefined };
  });
  const { count } = data.train;
  let done = 0;
  let steps = experiments.reduce((sum, experiment) => sum + stepsOf(experiment, count), 0);
  const pool = new WorkerPool({ workers });
  const run = async (result: Running, { signal, fail }: Stop): Promise<void> => {
    const { experiment, history } = result;
    let taken = 0;
    // An error of a callback stops all, before another is called.
    const callBack = (call: () => void): void => {
      try {
        if (!signal.aborted) call();
      } catch (error) {
        fail(error);
      }
    };
    const { error, history: heard } = await trainExperiment(experiment, data, {
      pool,
      signal,
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
    if (error === undefined) return;
    steps -= stepsOf(experiment, count) - taken;
    callBack(() => onStep?.(done, steps));
  };
  try {
    await stoppable(options.signal, async (stop) => {
      const longestFirst = [...results].sort((a, b) => cost(b.experiment) - cost(a.experiment));
      await Promise.all(longestFirst.map((result) => run(result, stop).catch(stop.fail)));
    });
  } finally {
    await pool.close();
  }
  return results;
}

function stepsOf({ epochs, batchSize }: MlpExperiment, count: number): number {
  return epochs * Math.ceil(count / batchSize);
}

/** Long ones go first, so that no worker is left alone with one at the end. */
function cost({ hidden, epochs }: MlpExperiment): number {
  return epochs * hidden.reduce((sum, units) => sum + units, 0);
}
