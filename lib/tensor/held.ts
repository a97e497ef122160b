import { ArgumentError } from "../errors";
import { currentStep } from "./reuse";

/** A training that is running. */
export interface Holder {
  /** Whether it waits for what its caller does in `onStep` or `onEpoch`. */
  calling: boolean;
}

/** What the trainings that are running use and change: models and all in them, optimisers, loaders, streams, files. */
export const held: Map<unknown, Holder> = new Map();

/**
 * For what looks at a model: it may in `onStep` and `onEpoch`, but elsewhere it would see a training that is half done.
 * @throws ArgumentError if a training that is running has it, and does not call.
 */
export function checkLook(where: string, name: string, part: unknown): void {
  const holder = held.get(part);
  if (holder && !holder.calling) refuse(where, name);
}

/** For what changes it: only the steps of the training itself may. @throws ArgumentError if a training has it. */
export function checkChange(where: string, name: string, part: unknown): void {
  if (held.size > 0 && currentStep() === 0 && held.has(part)) refuse(where, name);
}

function refuse(where: string, name: string): never {
  const problem = `${name} must not be in a training that is running, got that of a fit that has not ended`;
  throw new ArgumentError(where, `${problem}; write await fit(…) before`);
}
