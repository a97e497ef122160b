import { ArgumentError } from "../errors";
import { trainExperiment } from "../experiments/trainExperiment";
import { packageFile } from "../platform/paths";
import { WorkerPool } from "../workers/WorkerPool";
import { historyOutcome, isModule } from "./objective";
import type { ObjectiveReport } from "./objectiveTask";
import { type Judged, outcomeOf } from "./outcome";
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
    takes: (objective) => typeof objective !== "function",
    close: () => pool.close(),
    async judge(objective, trial) {
      const { signal, report, ...proposal } = trial;
      if (typeof objective === "function") {
        throw new ArgumentError("processors", "objective must be { file, export } or { experiment, data }");
      }
      if (isModule(objective)) {
        const { data = {}, ...module } = objective;
        const onReport = (message: unknown): void => report(...(message as ObjectiveReport));
        return (await pool.run(TASK, { module, proposal }, { data, signal, onReport })) as Judged;
      }
      const { experiment, data, value } = objective;
      const { history, error } = await trainExperiment(experiment(trial), data, {
        pool,
        signal,
        onEpoch: ({ epoch, validationAccuracy }) => report(epoch, validationAccuracy),
      });
      if (error !== undefined) return { value: null, error };
      return outcomeOf(`objective, trial ${trial.number}`, () => historyOutcome(history, value));
    },
  };
}
