import type { History } from "../train/History";
import { curves } from "./curves";
import type { Figure } from "./Figure";

/** A curve of a training. */
export type Measure = "trainLoss" | "trainAccuracy" | "validationLoss" | "validationAccuracy";

export interface HistoryCurvesOptions {
  readonly title: string;
  readonly runs: readonly { readonly name: string; readonly history: History }[];
  /** One panel each. */
  readonly measures: readonly Measure[];
  /** What the validation data are called in the titles; `Validation` if not given. */
  readonly validationName?: string;
}

/** Curves of several trainings, a panel for each measure, over the epochs. */
export function historyCurves(options: HistoryCurvesOptions): Figure {
  const { title, runs, measures, validationName = "Validation" } = options;
  const labels: Record<Measure, { readonly title: string; readonly yLabel: string }> = {
    trainLoss: { title: "Training loss", yLabel: "loss" },
    trainAccuracy: { title: "Training accuracy", yLabel: "accuracy" },
    validationLoss: { title: `${validationName} loss`, yLabel: "loss" },
    validationAccuracy: { title: `${validationName} accuracy`, yLabel: "accuracy" },
  };
  return curves({
    title,
    panels: measures.map((measure) => ({
      ...labels[measure],
      xLabel: "epoch",
      series: runs.map(({ name, history }) => ({ name, y: history[measure] })),
    })),
  });
}
