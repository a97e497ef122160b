import { checkOptions } from "../checks";
import { currentCellRun } from "../platform/CellRun";
import { display } from "./display";
import { PROGRESS_DISPLAY, progressBundle, progressShare, progressText } from "./progressText";
import { hasRunner, sendToRunner, type TrainingProgress } from "./runnerChannel";

export type { TrainingProgress } from "./runnerChannel";

/** A reader's eye needs no more. */
const intervalMs = 100;
const NAMES = ["label", "epoch", "epochs", "step", "steps", "stepsPerSecond", "secondsLeft"];
let lastReport = Number.NEGATIVE_INFINITY;

/**
 * Shows the progress of a training, in the terminal when the notebook is run by `npm start`, else as a line below the
 * running cell that is gone at its end; does nothing outside of both. It may be called at every step: at most ten
 * reports a second leave, and the last one of a training.
 * @throws ArgumentError if the progress is no object, or has other names than those of `TrainingProgress`.
 */
export function reportProgress(progress: TrainingProgress): void {
  checkOptions("reportProgress", progress, NAMES);
  const now = performance.now();
  const isLast = progress.epoch === progress.epochs && progress.step === progress.steps;
  if (now - lastReport < intervalMs && !isLast) return;
  lastReport = now;
  if (hasRunner()) sendToRunner({ type: "progress", ...progress });
  else if (currentCellRun() !== undefined) {
    const data = progressBundle(progressText(progress), progressShare(progress));
    display({ data }, { displayId: PROGRESS_DISPLAY });
  }
}
