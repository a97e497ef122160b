import { ArgumentError } from "../errors";
import type { Module } from "../layers/Module";
import { projectPath } from "../platform/paths";
import { type Holder, held } from "../tensor/held";
import type { FitOptions } from "./FitOptions";

/**
 * Keeps the model, the optimiser, the loader, the streams and the checkpoint of a training from others until `release`
 * is called. A validation loader may serve several at once: it is read from the first to the last
 * batch without a pause.
 * @throws ArgumentError if a training that is running has one of them.
 */
export function hold(
  model: Module,
  { optimizer, train, validation, checkpoint }: FitOptions,
): Holder & { release(): void } {
  const within = [...model.namedParameters(), ...model.namedBuffers(), ...model.namedStreams()];
  const parts: readonly (readonly [string, unknown])[] = [
    ["model", model],
    ...within.map(([name, part]) => [`${name} of the model`, part] as const),
    ["optimizer", optimizer],
    ["train", train],
    ...(train.stream ? [["the stream of train", train.stream] as const] : []),
    ...(checkpoint ? [["the checkpoint", projectPath(checkpoint.path)] as const] : []),
  ];
  const used = [...parts, ...(validation ? [["validation", validation] as const] : [])];
  const taken = used.find(([, part]) => held.has(part));
  if (taken) {
    const problem = `${taken[0]} must not be in another training, got that of a fit that has not ended`;
    throw new ArgumentError("fit", `${problem}; write await fit(…) before the next one`);
  }
  const holder = {
    calling: false,
    release: () => {
      for (const [, part] of parts) held.delete(part);
    },
  };
  for (const [, part] of parts) held.set(part, holder);
  return holder;
}
