import { DivergenceError } from "../errors";
import { fit } from "../train/fit";
import type { EpochRecord } from "../train/History";
import type { TaskContext } from "../workers/Task";
import type { ExperimentData, MlpExperiment } from "./MlpExperiment";
import { prepareExperiment } from "./prepareExperiment";

/** What the task reports: steps taken since the last message, or an epoch that is over. */
export type ExperimentReport = { readonly steps: number } | { readonly epoch: EpochRecord };

/** Steps between two reports. */
const EVERY = 50;

/** Trains an experiment on the data `train` and `validation`, and gives why it ended early, if its loss diverged. */
export default async function experimentTask(
  experiment: MlpExperiment,
  { data, report }: TaskContext,
): Promise<string | undefined> {
  const say: (message: ExperimentReport) => void = report;
  const { model, options } = prepareExperiment(experiment, data as unknown as ExperimentData);
  let unsaid = 0;
  const saySteps = (): void => {
    say({ steps: unsaid });
    unsaid = 0;
  };
  try {
    await fit(model, {
      ...options,
      onStep: ({ step, steps }) => {
        unsaid++;
        if (unsaid === EVERY || step === steps) saySteps();
      },
      onEpoch: (epoch) => say({ epoch }),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    saySteps();
    return error.message;
  }
}
