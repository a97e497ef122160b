/* A worker of `runExperiments`: trains one experiment after the other, one thread each, and tells how far it is. */
import type { MessagePort } from "node:worker_threads";
import { loadMnist } from "../datasets/loadMnist";
import { setThreads } from "../kernels/threads";
import { fit } from "../train/fit";
import type { EpochRecord } from "../train/History";
import { type Experiment, prepare } from "./Experiment";

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
const data = loadMnist();

export default async function runExperiment({ experiment, port }: Task): Promise<void> {
  const say = (report: Report): void => port.postMessage(report);
  const { model, options } = prepare(experiment, data);
  await fit(model, {
    ...options,
    onStep: ({ step, steps }) => {
      if (step % REPORT_EVERY === 0) say({ steps: REPORT_EVERY });
      else if (step === steps) say({ steps: step % REPORT_EVERY });
    },
    onEpoch: (epoch) => say({ epoch }),
  });
  say({ done: true });
  port.close();
}
