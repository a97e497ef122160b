import { checkLists, checkOptions } from "../../checks";
import { packageFile } from "../../platform/paths";
import { stoppable } from "../../platform/stoppable";
import { WorkerPool } from "../../workers/WorkerPool";
import type { SearchData } from "./loaders";
import { checkSettings, type TwoLayerSettings } from "./settings";
import type { TrialResult } from "./trainTrial";
import type { TrialInput } from "./trialTask";

/** What the trials have in common, how many run together, and whom they tell. */
export interface RunTrialsOptions {
  /** What every trial has in common. */
  readonly settings: TwoLayerSettings;
  /** What the trials learn from and are judged by. */
  readonly data: SearchData;
  /** Fewer, or more, than the settings say, to look at a part of a trial. */
  readonly epochs?: number;
  /** How many trials train at the same time (default: as many as there are processors). */
  readonly workers?: number;
  /** Called now and then with the steps that all trials took together since the last call. */
  readonly onSteps?: (steps: number) => void;
}

/**
 * Trains some trials of the search side by side, to the same bits as `trainTrial`. They come in the order of their
 * numbers here; those that an interrupt of the kernel stopped are left out.
 * @throws ArgumentError for options out of their domain or a number that is no trial's; DivergenceError.
 */
export async function runTrials(
  numbers: readonly number[],
  options: RunTrialsOptions,
): Promise<({ readonly number: number } & TrialResult)[]> {
  checkOptions("runTrials", options, ["settings", "data", "epochs", "workers", "onSteps"]);
  checkLists("runTrials", { numbers });
  checkSettings("runTrials", options.settings);
  const { settings, data, epochs = settings.epochs, workers, onSteps } = options;
  const pool = new WorkerPool(workers === undefined ? {} : { workers });
  const task = { file: packageFile("projects/twoLayer/trialTask.js") };
  try {
    return await stoppable(undefined, async ({ signal }) => {
      const run = async (number: number): Promise<({ readonly number: number } & TrialResult)[]> => {
        const input: TrialInput = { number, epochs, settings };
        const onReport = (steps: unknown): void => onSteps?.(steps as number);
        try {
          const result = await pool.run(task, input, { data: { ...data }, signal, onReport });
          return [{ number, ...(result as TrialResult) }];
        } catch (error) {
          if (signal.aborted && error === signal.reason) return [];
          throw error;
        }
      };
      return (await Promise.all(numbers.map(run))).flat();
    });
  } finally {
    await pool.close();
  }
}
