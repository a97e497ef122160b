import { checkLists, checkOptions, checkRows, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { History } from "../train/History";
import { curves } from "./curves";
import type { Figure } from "./Figure";

/**
 * A curve of a training. The gaps show the overfitting, how much better it does on what it has seen: lossGap is
 * validationLoss − trainLoss, accuracyGap is trainAccuracy − validationAccuracy.
 */
export type Measure =
  | "trainLoss"
  | "trainAccuracy"
  | "validationLoss"
  | "validationAccuracy"
  | "lossGap"
  | "accuracyGap";

/** What `historyCurves` draws. */
export interface HistoryCurvesOptions {
  /** Stands above the figure. */
  readonly title: string;
  /** The trainings, in the order of the legend. */
  readonly runs: readonly { readonly name: string; readonly history: History }[];
  /** One panel each. */
  readonly measures: readonly Measure[];
  /** What the validation data are called in the titles (default: `Validation`). */
  readonly validationName?: string;
}

/** Curves of several trainings, a panel for each measure, over the epochs. */
export function historyCurves(options: HistoryCurvesOptions): Figure {
  checkOptions("historyCurves", options, ["title", "runs", "measures", "validationName"]);
  const { title, runs, measures, validationName = "Validation" } = options;
  checkRows("historyCurves", { runs });
  checkLists("historyCurves", { measures }, "measures");
  const labels: Record<Measure, { readonly title: string; readonly yLabel: string }> = {
    trainLoss: { title: "Training loss", yLabel: "loss" },
    trainAccuracy: { title: "Training accuracy", yLabel: "accuracy" },
    validationLoss: { title: `${validationName} loss`, yLabel: "loss" },
    validationAccuracy: { title: `${validationName} accuracy`, yLabel: "accuracy" },
    lossGap: { title: "Loss gap", yLabel: "loss" },
    accuracyGap: { title: "Accuracy gap", yLabel: "accuracy" },
  };
  const unknown = measures.find((measure) => !Object.hasOwn(labels, measure));
  if (unknown !== undefined) {
    const names = Object.keys(labels).join(", ");
    throw new ArgumentError("historyCurves", `measures must be of ${names}, got ${inWords(unknown)}`);
  }
  return curves({
    title,
    panels: measures.map((measure) => ({
      ...labels[measure],
      xLabel: "epoch",
      series: runs.map(({ name, history }) => ({ name, y: valuesOf(history, measure) })),
    })),
  });
}

function valuesOf(history: History, measure: Measure): number[] {
  if (measure === "lossGap") return history.epochs.map((epoch) => epoch.validationLoss - epoch.trainLoss);
  if (measure === "accuracyGap") {
    return history.epochs.map((epoch) => epoch.trainAccuracy - epoch.validationAccuracy);
  }
  return history[measure];
}
