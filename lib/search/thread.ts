import type { ExperimentData } from "../experiments/MlpExperiment";
import { prepareExperiment } from "../experiments/prepareExperiment";
import { fit } from "../train/fit";
import { loadExport } from "../workers/loadExport";
import type { Datasets } from "../workers/Task";
import { type AnyObjective, historyOutcome, isModule } from "./objective";
import { loadData } from "./objectiveData";
import { outcomeOf } from "./outcome";
import type { Place } from "./Place";
import type { Space } from "./space";
import type { OpenTrial } from "./Trial";

/** This thread: trials run here, one after the other unless the study says how many are awaited at the same time. */
export const thread: Place = {
  name: "thread",
  parallel: 1,
  refuses: () => undefined,
  async open({ objective }) {
    const data = typeof objective === "function" ? {} : await loadData(objective.data ?? {});
    return {
      judge: (trial) =>
        outcomeOf(`objective, trial ${trial.number}`, () => callObjective(objective, trial, data)),
      close: () => Promise.resolve(),
    };
  },
  close: () => Promise.resolve(),
};

async function callObjective<S extends Space>(
  objective: AnyObjective<S>,
  trial: OpenTrial<S>,
  data: Datasets,
): Promise<unknown> {
  if (typeof objective === "function") return objective(trial);
  if (isModule(objective))
    return (await loadExport(objective))(trial, { options: objective.options ?? null, data });
  const { experiment, value } = objective;
  const { model, options } = prepareExperiment(experiment(trial), data as unknown as ExperimentData);
  const { signal, report } = trial;
  const onEpoch = ({ epoch, validationAccuracy }: { epoch: number; validationAccuracy: number }): void =>
    report(epoch, validationAccuracy);
  return historyOutcome(await fit(model, { ...options, signal, onEpoch }), value);
}
