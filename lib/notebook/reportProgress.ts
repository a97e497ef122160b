import { sendToRunner, type TrainingProgress } from "./runnerChannel";

export type { TrainingProgress } from "./runnerChannel";

/** A reader's eye needs no more. */
const intervalMs = 100;
let lastReport = Number.NEGATIVE_INFINITY;

/**
 * Shows the progress of a training in the terminal when the notebook is run by `npm start`; does nothing elsewhere.
 * It may be called at every step: at most ten reports a second leave, and the last one of a training.
 */
export function reportProgress(progress: TrainingProgress): void {
  const now = performance.now();
  const isLast = progress.epoch === progress.epochs && progress.step === progress.steps;
  if (now - lastReport < intervalMs && !isLast) return;
  lastReport = now;
  sendToRunner({ type: "progress", ...progress });
}
