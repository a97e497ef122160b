import type { AbortSignal } from "../platform/AbortSignal";
import { packageFile } from "../platform/paths";
import { type EpochRecord, History } from "../train/History";
import type { WorkerPool } from "../workers/WorkerPool";
import type { ExperimentReport } from "./experimentTask";
import type { ExperimentData, MlpExperiment } from "./MlpExperiment";

/** An experiment and how it went. */
export interface ExperimentResult {
  /** The name of the experiment. */
  readonly name: string;
  /** What was trained. */
  readonly experiment: MlpExperiment;
  /** The epochs that were finished. */
  readonly history: History;
  /** Why the training ended early, if its loss diverged. */
  readonly error: string | undefined;
}

export interface TrainExperimentOptions {
  /** Where it is trained. */
  readonly pool: WorkerPool;
  /** Stops the training; what waits for a worker does not begin. */
  readonly signal?: AbortSignal;
  /** Called after every epoch. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Called now and then with the steps taken since the last call. */
  readonly onStep?: (steps: number) => void;
}

/**
 * Trains an experiment on another thread, to the same bits as `prepareExperiment` and `fit` do here. Stopped by the
 * signal, its history is interrupted.
 * @throws what `prepareExperiment` throws; what a callback throws, after the training was stopped; EnvironmentError if
 * the thread broke.
 */
export async function trainExperiment(
  experiment: MlpExperiment,
  { train, validation }: ExperimentData,
  options: TrainExperimentOptions,
): Promise<ExperimentResult> {
  const { pool, signal, onEpoch, onStep } = options;
  const history = new History();
  const onReport = (message: unknown): void => {
    const report = message as ExperimentReport;
    if ("epoch" in report) {
      history.epochs.push(report.epoch);
      onEpoch?.(report.epoch);
    } else if (report.steps > 0) {
      onStep?.(report.steps);
    }
  };
  const task = { file: packageFile("experiments/experimentTask.js") };
  let error: string | undefined;
  try {
    const data = { train, validation };
    error = (await pool.run(task, experiment, { data, onReport, ...(signal && { signal }) })) as typeof error;
  } catch (reason) {
    if (!signal?.aborted || reason !== signal.reason) throw reason;
    history.interrupted = history.epochs.length < experiment.epochs;
  }
  return { name: experiment.name, experiment, history, error };
}
