import type { Loss } from "../losses/Loss";
import type { RandomState } from "../tensor/RandomState";
import { architecture } from "./saveModel";
import type { Training } from "./Training";

/** What two trainings must have in common for one to go on with the other, as plain data. */
export function trainingSettings(training: Training): object {
  const { model, options } = training;
  const { optimizer, loss, train, validation, clipNorm, earlyStopping } = options;
  const streams = trainingStreams(training);
  return {
    model: architecture(model),
    layers: Object.fromEntries(model.namedSettings()),
    loss: lossSettings(loss),
    optimizer: optimizer.settings,
    clipNorm,
    train: train.settings,
    validation: validation?.settings,
    earlyStopping,
    streams: Object.fromEntries(
      namedStreams(training).map(([name, stream]) => [name, streams.indexOf(stream)]),
    ),
  };
}

/** The streams that a training draws from, each once, in the order of its first name. */
export function trainingStreams(training: Training): RandomState[] {
  return [...new Set(namedStreams(training).map(([, stream]) => stream))];
}

/** The streams by what draws from them; one may be under several names. */
function namedStreams({ model, options }: Training): [string, RandomState][] {
  const { train, validation } = options;
  const loaders = Object.entries({ train: train.stream, validation: validation?.stream });
  const layers = [...model.namedStreams()].map(([name, stream]) => [`model.${name}`, stream] as const);
  return [...loaders, ...layers].filter((entry): entry is [string, RandomState] => entry[1] !== undefined);
}

/** Its kind, and its constants: the fields that are numbers or words. */
function lossSettings(loss: Loss): object {
  const constants = Object.entries(loss).filter(([, value]) => /number|string|boolean/.test(typeof value));
  return { kind: loss.constructor.name, ...Object.fromEntries(constants) };
}
