import { duration } from "./duration";
import type { TrainingProgress } from "./runnerChannel";

/** The display that the kernel shows as one line below a running cell, and takes away at its end. */
export const PROGRESS_DISPLAY = "scratch-nn-progress";

const BAR = 24;

/** How far a training is, from 0 to 1. */
export function progressShare({ epoch = 1, epochs = 1, step, steps }: TrainingProgress): number {
  return steps > 0 ? ((epoch - 1) * steps + step) / (epochs * steps) : 0;
}

/** What is done, where it is, how fast it goes and how long it will take, in a line. */
export function progressText(progress: TrainingProgress): string {
  const { label, epoch, epochs, step, steps, stepsPerSecond, secondsLeft } = progress;
  const count = (value: number): string => Math.round(value).toLocaleString("en");
  const place =
    epochs === undefined ? `${Math.floor(100 * progressShare(progress))} %` : `epoch ${epoch}/${epochs}`;
  const parts = [label, place, `step ${count(step)}/${count(steps)}`];
  if (Number.isFinite(secondsLeft))
    parts.push(`${count(stepsPerSecond)} it/s`, `${duration(secondsLeft)} left`);
  return parts.join("  ");
}

/** A bar and a line of text, as HTML and as plain text. An undefined share is a bar without an end. */
export function progressBundle(text: string, share: number | undefined): Record<string, string> {
  const full = Math.round(BAR * Math.min(1, share ?? 0));
  const value = share === undefined ? "" : ` value="${share.toFixed(3)}"`;
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("  ", " &ensp;");
  return {
    "text/html": `<progress${value} style="width:14em;vertical-align:middle"></progress> ${safe}`,
    "text/plain": `${"█".repeat(full)}${"░".repeat(BAR - full)}  ${text}`,
  };
}
