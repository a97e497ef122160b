import { ArgumentError } from "../errors";
import type { Experiment } from "../experiments/Experiment";
import type { ExperimentPool } from "../experiments/ExperimentPool";
import type { History } from "../train/History";
import type { Space } from "./space";
import type { Objective, OpenTrial } from "./Trial";

export interface ExperimentObjectiveOptions<S extends Space> {
  /** Trains. Close it when the study has ended; `parallel` of the study is best its number of workers. */
  readonly pool: ExperimentPool;
  /** The training that the params of a trial ask for. */
  readonly experiment: (trial: OpenTrial<S>) => Experiment;
  /** What the training is judged by; the validation accuracy after its last epoch if not given. */
  readonly value?: (history: History) => number;
}

/**
 * An objective that trains an experiment on a pool. The outcome has the curves of the training by their names in
 * `History`. A loss that diverges is a failed trial.
 */
export function experimentObjective<S extends Space>(options: ExperimentObjectiveOptions<S>): Objective<S> {
  const { pool, experiment, value = ({ last }) => last.validationAccuracy } = options;
  return async (trial) => {
    const { history, error } = await pool.run(experiment(trial), { signal: trial.signal });
    if (error !== undefined) throw new ArgumentError(`trial ${trial.number}`, error);
    trial.signal.throwIfAborted();
    const { trainLoss, trainAccuracy, validationLoss, validationAccuracy } = history;
    return {
      value: value(history),
      curves: { trainLoss, trainAccuracy, validationLoss, validationAccuracy },
    };
  };
}
