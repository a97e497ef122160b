import { loadExport } from "../workers/loadExport";
import type { TaskContext } from "../workers/Task";
import type { ObjectiveModule } from "./objective";
import { type Judged, outcomeOf } from "./outcome";
import type { OpenTrial } from "./Trial";

/** The epoch and the value that an objective reports. */
export type ObjectiveReport = [epoch: number, value: number];

interface Input {
  readonly module: Omit<ObjectiveModule, "data">;
  readonly proposal: Pick<OpenTrial, "number" | "params" | "budget">;
}

/** Runs a trial of an objective that is a module. A stopped study ends the thread, so the signal is never aborted. */
export default function objectiveTask(
  { module, proposal }: Input,
  { data, report }: TaskContext,
): Promise<Judged> {
  const { signal } = new AbortController();
  const trial: OpenTrial = { ...proposal, signal, report: (...message: ObjectiveReport) => report(message) };
  return outcomeOf(`objective, trial ${proposal.number}`, async () =>
    (await loadExport(module))(trial, { options: module.options ?? null, data }),
  );
}
