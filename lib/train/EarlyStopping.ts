import { checkCounts, checkFlags, checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { History } from "./History";

/** Ends a training when it no longer gets better on the validation data; as Keras's `EarlyStopping`. */
export interface EarlyStopping {
  /** How many epochs in a row may bring nothing better, a whole number > 0. */
  readonly patience: number;
  /** An epoch is better by more than this, or not at all (default: 0). */
  readonly minDelta?: number;
  /** What is to fall (the loss) or to rise (the accuracy) (default: `validationLoss`). */
  readonly measure?: "validationLoss" | "validationAccuracy";
  /** Whether the model gets the weights of its best epoch back at the end (default: true). */
  readonly restoreBest?: boolean;
}

/** @throws ArgumentError for a value out of its domain, or without validation data. */
export function checkEarlyStopping(options: EarlyStopping, validated: boolean): void {
  const where = "EarlyStopping";
  checkOptions(where, options, ["patience", "minDelta", "measure", "restoreBest"]);
  const { patience, minDelta = 0, measure = "validationLoss", restoreBest = true } = options;
  checkCounts(where, { patience });
  checkFlags(where, { restoreBest });
  if (!(Number.isFinite(minDelta) && minDelta >= 0)) {
    throw new ArgumentError(where, `minDelta must be a finite number ≥ 0, got ${inWords(minDelta)}`);
  }
  if (measure !== "validationLoss" && measure !== "validationAccuracy") {
    throw new ArgumentError(
      where,
      `measure must be "validationLoss" or "validationAccuracy", got ${inWords(measure)}`,
    );
  }
  if (!validated) throw new ArgumentError(where, "validation must be given to judge by, got none");
}

/** The number of the best epoch, counted from 1; 0 as long as there is none. NaN is never better. */
export function bestEpoch(history: History, { minDelta = 0, measure }: EarlyStopping): number {
  let best = -Infinity;
  let epoch = 0;
  for (const record of history.epochs) {
    const score = measure === "validationAccuracy" ? record.validationAccuracy : -record.validationLoss;
    if (score - minDelta > best) [best, epoch] = [score, record.epoch];
  }
  return epoch;
}
