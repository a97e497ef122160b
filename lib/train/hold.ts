import { ArgumentError } from "../errors";
import type { Module } from "../layers/Module";
import type { FitOptions } from "./FitOptions";

/** What the trainings that are running change: no other one may use it. */
const held = new WeakSet<object>();

/**
 * Keeps the model, the optimiser and the loader of a training from others until the function returned is called. A
 * validation loader may serve several at once: it is read from the first to the last batch without a pause.
 * @throws ArgumentError if a training that is running has one of them.
 */
export function hold(model: Module, { optimizer, train, validation }: FitOptions): () => void {
  const parts: readonly (readonly [string, object])[] = [
    ["model", model],
    ...[...model.namedParameters()].map(([name, parameter]) => [`${name} of the model`, parameter] as const),
    ["optimizer", optimizer],
    ["train", train],
  ];
  const used = [...parts, ...(validation ? [["validation", validation] as const] : [])];
  const taken = used.find(([, part]) => held.has(part));
  if (taken) {
    const problem = `${taken[0]} must not be in another training, got that of a fit that has not ended`;
    throw new ArgumentError("fit", `${problem}; write await fit(…) before the next one`);
  }
  for (const [, part] of parts) held.add(part);
  return () => {
    for (const [, part] of parts) held.delete(part);
  };
}
