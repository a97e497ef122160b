import type { StepRecord } from "../train/FitOptions";
import { reportProgress } from "./reportProgress";

/** An `onStep` for `fit` or `skipGram` that shows epoch, speed and time left: in the terminal of `npm start`, or below the cell. */
export function trainingProgress(label: string): (record: Omit<StepRecord, "loss">) => void {
  const start = performance.now();
  return ({ epoch, epochs, step, steps }) => {
    const done = (epoch - 1) * steps + step;
    const stepsPerSecond = (1000 * done) / (performance.now() - start);
    const secondsLeft = (epochs * steps - done) / stepsPerSecond;
    reportProgress({ label, epoch, epochs, step, steps, stepsPerSecond, secondsLeft });
  };
}

/** An `onStep` for `runExperiments` that shows share, speed and time left, of all experiments together. */
export function searchProgress(label: string): (done: number, steps: number) => void {
  const start = performance.now();
  return (done, steps) => {
    const stepsPerSecond = (1000 * done) / (performance.now() - start);
    const secondsLeft = (steps - done) / stepsPerSecond;
    reportProgress({ label, step: done, steps, stepsPerSecond, secondsLeft });
  };
}
