import { prepareExperiment } from "../experiments/prepareExperiment";
import { fit } from "../train/fit";
import { loadExport } from "../workers/loadExport";
import { type AnyObjective, historyOutcome, isModule } from "./objective";
import { outcomeOf } from "./outcome";
import type { Place } from "./Place";
import type { Space } from "./space";
import type { OpenTrial } from "./Trial";

/** This thread: trials run here, one after the other unless the study says how many are awaited at the same time. */
export const thread: Place = {
  name: "thread",
  parallel: 1,
  takes: () => true,
  judge: (objective, trial) =>
    outcomeOf(`objective, trial ${trial.number}`, () => callObjective(objective, trial)),
  close: () => Promise.resolve(),
};

async function callObjective<S extends Space>(
  objective: AnyObjective<S>,
  trial: OpenTrial<S>,
): Promise<unknown> {
  if (typeof objective === "function") return objective(trial);
  if (isModule(objective)) {
    const { options = null, data = {} } = objective;
    return (await loadExport(objective))(trial, { options, data });
  }
  const { experiment, data, value } = objective;
  const { model, options } = prepareExperiment(experiment(trial), data);
  const { signal, report } = trial;
  const onEpoch = ({ epoch, validationAccuracy }: { epoch: number; validationAccuracy: number }): void =>
    report(epoch, validationAccuracy);
  return historyOutcome(await fit(model, { ...options, signal, onEpoch }), value);
}
