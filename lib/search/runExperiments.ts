import { availableParallelism } from "node:os";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { ArgumentError } from "../errors";
import { onInterrupt } from "../interrupt";
import { History } from "../train/History";
import type { Experiment } from "./Experiment";
import type { Report, Task } from "./experimentWorker";

/** An experiment and how it went. */
export interface ExperimentResult {
  readonly name: string;
  readonly experiment: Experiment;
  readonly history: History;
}

export interface RunExperimentsOptions {
  /** How many train at the same time, each on a thread of its own; as many as there are processors if not given. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Called after every epoch of any experiment, with all results so far. */
  readonly onEpoch?: (results: readonly ExperimentResult[]) => void;
  /** Called now and then with the steps taken so far and the steps to take, of all experiments together. */
  readonly onStep?: (done: number, steps: number) => void;
}

/**
 * Trains the experiments on MNIST, side by side on a pool of workers. The results come in the order of the
 * experiments and are the same for any number of workers. Stopped by the signal or by the kernel's interrupt, it
 * returns the epochs that were finished.
 * @throws the first error of an experiment.
 */
export async function runExperiments(
  experiments: readonly Experiment[],
  options: RunExperimentsOptions = {},
): Promise<ExperimentResult[]> {
  const { workers = availableParallelism(), signal, onEpoch, onStep } = options;
  if (!(Number.isInteger(workers) && workers > 0)) {
    throw new ArgumentError("runExperiments", `workers must be a whole number > 0, got ${workers}`);
  }
  const results = experiments.map((experiment) => ({
    name: experiment.name,
    experiment,
    history: new History(),
  }));
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  const pool = new Piscina({
    filename: path.join(__dirname, "experimentWorker.js"),
    minThreads: Math.min(workers, experiments.length),
    maxThreads: Math.min(workers, experiments.length),
  });
  await new Promise((resolve) => setImmediate(resolve));
  const unsubscribe = onInterrupt(stop);
  let done = 0;
  const steps = experiments.reduce((sum, experiment) => sum + stepsOf(experiment), 0);
  const run = async ({ experiment, history }: ExperimentResult): Promise<void> => {
    const { port1, port2 } = new MessageChannel();
    let heardAll = (): void => {};
    const heard = new Promise<void>((resolve) => {
      heardAll = resolve;
    });
    port1.on("message", (report: Report) => {
      if (report.done) {
        heardAll();
      } else if (report.epoch) {
        history.epochs.push(report.epoch);
        onEpoch?.(results);
      } else {
        done += report.steps ?? 0;
        onStep?.(done, steps);
      }
    });
    const task: Task = { experiment, port: port2 };
    try {
      await pool.run(task, { transferList: [port2], signal: abort.signal });
      await heard;
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      history.interrupted = true;
    } finally {
      port1.close();
    }
  };
  try {
    await Promise.all([...results].sort((a, b) => cost(b.experiment) - cost(a.experiment)).map(run));
  } finally {
    unsubscribe();
    signal?.removeEventListener("abort", stop);
    await pool.destroy();
  }
  return results;
}

function stepsOf({ epochs, trainSamples, batchSize }: Experiment): number {
  return epochs * Math.ceil(trainSamples / batchSize);
}

/** Long ones go first, so that no worker is left alone with one at the end. */
function cost({ hidden, epochs, trainSamples }: Experiment): number {
  return epochs * trainSamples * hidden.reduce((sum, units) => sum + units, 0);
}
