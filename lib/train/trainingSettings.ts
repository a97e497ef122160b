import type { DataLoader } from "../datasets/DataLoader";
import { digest } from "../datasets/digest";
import type { Module } from "../layers/Module";
import type { Loss } from "../losses/Loss";
import { isPlain } from "../plain";
import type { RandomState } from "../tensor/RandomState";
import { formatShape } from "../tensor/shape";
import { architecture } from "./architecture";
import type { Training } from "./Training";

/**
 * What two trainings must have in common for one to go on with the other, but for what they began from, as plain data.
 * The data count by their bytes.
 */
export function trainingSettings(training: Training): object {
  const { model, options } = training;
  const { optimizer, loss, train, validation, clipNorm, earlyStopping } = options;
  const streams = trainingStreams(training);
  const learned = new Set(optimizer.parameters);
  const parameters = [...model.namedParameters()];
  return {
    model: architecture(model),
    layers: Object.fromEntries(model.namedSettings()),
    parameters: Object.fromEntries(
      parameters.map(([name, { value, frozen }]) => [
        name,
        `${value.dtype} ${formatShape(value.shape)}${frozen ? ", frozen" : ""}`,
      ]),
    ),
    learned: parameters.filter(([, parameter]) => learned.has(parameter)).map(([name]) => name),
    loss: lossSettings(loss),
    optimizer: optimizer.settings,
    clipNorm,
    train: loaderSettings(train),
    validation: validation && loaderSettings(validation),
    earlyStopping,
    streams: Object.fromEntries(
      namedStreams(training).map(([name, stream]) => [name, streams.indexOf(stream)]),
    ),
  };
}

/** What a training has that changes as it goes on, as a digest each: it tells two seeds or initialisations apart. */
export function digestOfState(training: Training): object {
  const { model } = training;
  return {
    weights: Object.fromEntries(digestsOf(model)),
    streams: trainingStreams(training).map((stream) =>
      digest(new TextEncoder().encode(JSON.stringify(stream.getState()))),
    ),
  };
}

function digestsOf(model: Module): [string, string][] {
  return [...model.namedTensors()].map(([name, { data }]) => [name, digest(data)]);
}

function loaderSettings(loader: DataLoader): object {
  const { inputs, labels } = loader.dataset;
  return { ...loader.settings, inputs: digest(inputs), labels: digest(labels) };
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

/** Its kind, and its constants: the fields that are numbers or words, lists of them, or losses. */
function lossSettings(loss: Loss): object {
  const constants = Object.entries(loss).flatMap(([name, value]: [string, unknown]) => {
    if (isLoss(value)) return [[name, lossSettings(value)]];
    const isConstant = /number|string|boolean/.test(typeof value) || (value !== null && isPlain(value));
    return isConstant ? [[name, value]] : [];
  });
  return { kind: loss.constructor.name, ...Object.fromEntries(constants) };
}

function isLoss(value: unknown): value is Loss {
  const { forward, backward } = (value ?? {}) as Partial<Loss>;
  return typeof forward === "function" && typeof backward === "function";
}
