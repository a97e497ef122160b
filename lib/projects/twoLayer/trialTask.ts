import type { ObjectiveContext } from "../../search/objective";
import type { OpenTrial } from "../../search/Trial";
import type { TaskContext } from "../../workers/Task";
import type { SearchData } from "./loaders";
import type { TwoLayerSettings } from "./settings";
import { TrialStream } from "./TrialStream";
import { type TrialResult, trainTrial } from "./trainTrial";

/** The trial to train, from settings that make the stream. */
export interface TrialInput {
  readonly number: number;
  readonly epochs: number;
  readonly settings: TwoLayerSettings;
}

/** Steps between two reports. */
const EVERY = 25;

/** Trains a trial on the data `train` and `validation`, and reports the steps it has taken since the last report. */
export default function trialTask(
  { number, epochs, settings }: TrialInput,
  { data, report }: TaskContext,
): Promise<TrialResult> {
  let unsaid = 0;
  return trainTrial(number, streamOf(settings), data as unknown as SearchData, {
    epochs,
    onStep: ({ step, steps }) => {
      unsaid++;
      if (unsaid < EVERY && step < steps) return;
      report(unsaid);
      unsaid = 0;
    },
  });
}

/** The objective of the search: trains the trial of that number, and reports the training loss of every epoch. */
export function trialObjective(
  { number, report }: Pick<OpenTrial, "number" | "report">,
  { options, data }: ObjectiveContext,
): Promise<TrialResult> {
  return trainTrial(number, streamOf(options as unknown as TwoLayerSettings), data as unknown as SearchData, {
    onEpoch: ({ epoch, trainLoss }) => report(epoch, trainLoss),
  });
}

let stream: TrialStream | undefined;

/** The last one is kept: it has found the places of the trials. */
function streamOf(settings: TwoLayerSettings): TrialStream {
  if (JSON.stringify(stream?.settings) !== JSON.stringify(settings)) stream = new TrialStream(settings);
  return stream as TrialStream;
}
