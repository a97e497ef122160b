/* A worker of `runExperiments`: trains one experiment after the other, one thread each, and tells how far it is. */
import type { MessagePort } from "node:worker_threads";
import { workerData } from "piscina";
import { DivergenceError } from "../errors";
import { setThreads } from "../kernels/threads";
import { fit } from "../train/fit";
import type { EpochRecord } from "../train/History";
import type { Experiment, ExperimentData } from "./Experiment";
import { prepareExperiment } from "./prepareExperiment";

export interface Task {
  readonly experiment: Experiment;
  readonly port: MessagePort;
}

/** What a worker says while it trains: steps taken since the last message, an epoch that is over, or that it is done. */
export interface Report {
  readonly steps?: number;
  readonly epoch?: EpochRecord;
  readonly done?: true;
}

const REPORT_EVERY = 50;

setThreads(1);
const data = workerData as ExperimentData;

/** Returns why the training ended early, or undefined. */
export default async function runExperiment({ experiment, port }: Task): Promise<string | undefined> {
  const say = (report: Report): void => port.postMessage(report);
  const { model, options } = prepareExperiment(experiment, data);
  let unsaid = 0;
  const saySteps = (): void => {
    say({ steps: unsaid });
    unsaid = 0;
  };
  try {
    await fit(model, {
      ...options,
      onStep: ({ step, steps }) => {
        unsaid++;
        if (unsaid === REPORT_EVERY || step === steps) saySteps();
      },
      onEpoch: (epoch) => say({ epoch }),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    saySteps();
    return error.message;
  } finally {
    say({ done: true });
    port.close();
  }
}
