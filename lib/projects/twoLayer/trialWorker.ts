/* A worker of `TrialPool`: trains one trial after the other, on one thread, and tells the steps it has taken. */
import { parentPort } from "node:worker_threads";
import { workerData } from "piscina";
import { DivergenceError } from "../../errors";
import { setThreads } from "../../kernels/threads";
import type { SearchData } from "./loaders";
import type { TwoLayerSettings } from "./settings";
import { TrialStream } from "./TrialStream";
import { type TrialResult, trainTrial } from "./trainTrial";

export interface TrialTask {
  readonly number: number;
  readonly epochs: number;
}

/** Steps taken since the last message. */
export interface StepsMessage {
  readonly steps: number;
}

const REPORT_EVERY = 25;

setThreads(1);
const { data, settings } = workerData as { data: SearchData; settings: TwoLayerSettings };
const stream = new TrialStream(settings);

/** Returns why the training ended early, if its loss diverged. */
export default async function runTrial({ number, epochs }: TrialTask): Promise<TrialResult | string> {
  let steps = 0;
  const onStep = (record: { readonly step: number; readonly steps: number }): void => {
    steps++;
    if (steps < REPORT_EVERY && record.step < record.steps) return;
    parentPort?.postMessage({ steps } satisfies StepsMessage);
    steps = 0;
  };
  try {
    return await trainTrial(number, stream, data, { epochs, onStep });
  } catch (error) {
    if (error instanceof DivergenceError) return error.message;
    throw error;
  }
}
