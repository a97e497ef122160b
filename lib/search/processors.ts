import { ArgumentError } from "../errors";
import type { ExperimentData } from "../experiments/MlpExperiment";
import { trainExperiment } from "../experiments/trainExperiment";
import { packageFile } from "../platform/paths";
import { WorkerPool } from "../workers/WorkerPool";
import { FORMS, isModule, judgeHistory } from "./objective";
import { loadData } from "./objectiveData";
import type { ObjectiveReport } from "./objectiveTask";
import type { Judged } from "./outcome";
import type { Place } from "./Place";

const TASK = { file: packageFile("search/objectiveTask.js") };

/**
 * This machine's processors: each trial runs on a thread of its own. Several studies may share them. The threads begin
 * with the first trial, and end when there has been none for ten seconds, or with `close`.
 * @param options.workers how many trials run at the same time (default: as many as there are processors).
 * @throws ArgumentError unless workers is a whole number > 0.
 */
export function processors(options: { readonly workers?: number } = {}): Place {
  const pool = new WorkerPool(options);
  return {
    name: "processors",
    parallel: pool.workers,
    refuses: (objective) => (typeof objective === "function" ? FORMS : undefined),
    close: () => pool.close(),
    async open({ objective }) {
      if (typeof objective === "function")
        throw new ArgumentError("processors", `objective must be ${FORMS}`);
      const data = await loadData(objective.data ?? {});
      return {
        close: () => Promise.resolve(),
        async judge(trial) {
          const { signal, report, ...proposal } = trial;
          if (isModule(objective)) {
            const { data: _, ...module } = objective;
            const onReport = (message: unknown): void => report(...(message as ObjectiveReport));
            return (await pool.run(TASK, { module, proposal }, { data, signal, onReport })) as Judged;
          }
          const { experiment, value } = objective;
          const { history, error } = await trainExperiment(
            experiment(trial),
            data as unknown as ExperimentData,
            {
              pool,
              signal,
              onEpoch: ({ epoch, validationAccuracy }) => report(epoch, validationAccuracy),
            },
          );
          return judgeHistory(trial.number, history, error, value);
        },
      };
    },
  };
}
