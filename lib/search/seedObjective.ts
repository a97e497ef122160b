import type { ExperimentData, MlpExperiment } from "../experiments/MlpExperiment";
import { prepareExperiment } from "../experiments/prepareExperiment";
import { confusionMatrix } from "../metrics/confusionMatrix";
import { evaluate } from "../train/evaluate";
import { fit } from "../train/fit";
import { historyOutcome, type ObjectiveContext } from "./objective";
import type { OpenTrial, Outcome } from "./Trial";

/** What every trial of a seed study chooses from, as the journal holds it. */
export type SeedOptions = {
  /** The experiments by name, without their seeds. */
  readonly experiments: Readonly<Record<string, Omit<MlpExperiment, "name" | "seed">>>;
};

/**
 * Trains the experiment of that name with the seed of the trial. Its value is the validation accuracy after the last
 * epoch; the metric `counts` is the confusion matrix of the validation samples, a row a true class.
 */
export async function seedObjective(
  trial: Pick<OpenTrial, "params" | "report">,
  context: ObjectiveContext,
): Promise<Outcome> {
  const { experiment: name, seed } = trial.params as { experiment: string; seed: number };
  const { experiments } = context.options as unknown as SeedOptions;
  const experiment: MlpExperiment = { ...experiments[name]!, name, seed };
  const data = context.data as unknown as ExperimentData;
  const { model, options } = prepareExperiment(experiment, data);
  const history = await fit(model, {
    ...options,
    onEpoch: ({ epoch, validationAccuracy }) => trial.report(epoch, validationAccuracy),
  });
  const { labels, predictions } = evaluate(model, options.loss, options.validation!);
  return { ...historyOutcome(history), metrics: { counts: confusionMatrix(labels, predictions) } };
}
