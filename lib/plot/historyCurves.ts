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
}

const NAMES: Record<Measure, { readonly title: string; readonly yLabel: string }> = {
  trainLoss: { title: "Training loss", yLabel: "loss" },
  trainAccuracy: { title: "Training accuracy", yLabel: "accuracy" },
  validationLoss: { title: "Test loss", yLabel: "loss" },
  validationAccuracy: { title: "Test accuracy", yLabel: "accuracy" },
};

/** Curves of several trainings, a panel for each measure, over the epochs. */
export function historyCurves({ title, runs, measures }: HistoryCurvesOptions): Figure {
  return curves({
    title,
    panels: measures.map((measure) => ({
      ...NAMES[measure],
      xLabel: "epoch",
      series: runs.map(({ name, history }) => ({ name, y: history[measure] })),
    })),
  });
}
