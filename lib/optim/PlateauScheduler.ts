import { checkCounts, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { checkRate, type EpochScores, type Scheduler } from "./Scheduler";

/** What must stop getting better before the rate falls, and how far it falls. */
export interface PlateauSchedulerOptions {
  /** η₀. */
  readonly initial: number;
  /** What is to fall (a loss) or to rise (an accuracy) (default: `validationLoss`). */
  readonly measure?: keyof EpochScores;
  /** What the rate is multiplied by (default: 0.1). */
  readonly factor?: number;
  /** How many epochs in a row may bring nothing better before that (default: 10). */
  readonly patience?: number;
  /** A loss is better below best · (1 − threshold), an accuracy above best · (1 + threshold) (default: 1e-4). */
  readonly threshold?: number;
  /** The rate does not fall below this (default: 0). */
  readonly least?: number;
}

/**
 * The rate falls when an epoch is the last of more than `patience` in a row that brought nothing better, as
 * `torch.optim.lr_scheduler.ReduceLROnPlateau`. `fit` tells it the scores of the epochs, those of a
 * checkpoint included.
 * @throws ArgumentError unless initial, threshold and least are finite and ≥ 0, factor is in (0, 1), patience a whole
 * number ≥ 0 and measure one of an epoch's scores.
 */
export class PlateauScheduler implements Scheduler {
  readonly initial: number;
  readonly measure: keyof EpochScores;
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly least: number;
  #rate: number;

  constructor(options: PlateauSchedulerOptions) {
    checkOptions("PlateauScheduler", options, OPTIONS);
    const { initial, measure = "validationLoss", factor = 0.1, patience = 10 } = options;
    const { threshold = 1e-4, least = 0 } = options;
    checkRate("PlateauScheduler", initial);
    checkRate("PlateauScheduler", least);
    checkCounts("PlateauScheduler", { patience }, 0);
    if (!(factor > 0 && factor < 1))
      throw new ArgumentError("PlateauScheduler", `factor must be in (0, 1), got ${factor}`);
    if (!(threshold >= 0 && Number.isFinite(threshold)))
      throw new ArgumentError("PlateauScheduler", `threshold must be a finite number ≥ 0, got ${threshold}`);
    if (!MEASURES.includes(measure)) {
      const problem = `measure must be one of ${MEASURES.join(", ")}, got ${JSON.stringify(measure)}`;
      throw new ArgumentError("PlateauScheduler", problem);
    }
    this.initial = initial;
    this.measure = measure;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.least = least;
    this.#rate = initial;
  }

  /** The rate as the epochs so far have left it. */
  rate(): number {
    return this.#rate;
  }

  /** @throws ArgumentError if the measure was not taken, for want of validation data. */
  observe(epochs: readonly EpochScores[]): void {
    let rate = this.initial;
    let best: number | undefined;
    let waited = 0;
    for (const { [this.measure]: score } of epochs) {
      if (Number.isNaN(score)) {
        const problem = `${this.measure} must be measured after each epoch; give fit validation data`;
        throw new ArgumentError("PlateauScheduler", problem);
      }
      if (best === undefined || this.#isBetter(score, best)) {
        best = score;
        waited = 0;
      } else if (++waited > this.patience) {
        rate = Math.max(this.least, rate * this.factor);
        waited = 0;
      }
    }
    this.#rate = rate;
  }

  #isBetter(score: number, best: number): boolean {
    if (this.measure.endsWith("Loss")) return score < best * (1 - this.threshold);
    return score > best * (1 + this.threshold);
  }
}

const OPTIONS: readonly (keyof PlateauSchedulerOptions)[] = [
  "initial",
  "measure",
  "factor",
  "patience",
  "threshold",
  "least",
];
const MEASURES: readonly (keyof EpochScores)[] = [
  "trainLoss",
  "trainAccuracy",
  "validationLoss",
  "validationAccuracy",
];
