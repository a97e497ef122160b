import { checkCounts, checkOptions, inWords } from "../checks";
import { ArgumentError, FileError, messageOf } from "../errors";
import { fittingTensor, readSafetensors } from "../formats/safetensors/readSafetensors";
import type { Safetensors, StoredTensor } from "../formats/safetensors/safetensors";
import { writeSafetensors } from "../formats/safetensors/writeSafetensors";
import type { Module } from "../layers/Module";
import { differences, samePlain } from "../plain";
import { RandomState } from "../tensor/RandomState";
import type { RandomStateData } from "../tensor/random/RandomStateData";
import type { Tensor } from "../tensor/Tensor";
import { architecture } from "./architecture";
import type { EpochRecord } from "./History";
import type { EpochSums, Training, TrainingIdentity } from "./Training";
import { digestOfState, trainingSettings, trainingStreams } from "./trainingSettings";

/** Where a training is kept, and how often it is written down. */
export interface Checkpoint {
  /** The file, in the safetensors format; `loadModel` takes the weights from it. A relative path counts from the project's top folder. */
  readonly path: string;
  /** Written after every epoch and when stopped, and in an epoch after so many steps each, a whole number > 0. */
  readonly everySteps?: number;
}

/** What is not a tensor, as JSON in the file's metadata. */
interface State {
  readonly stepCount: number;
  /** Whether all epochs asked for are over, or it was stopped early. */
  readonly done: boolean;
  readonly sums: EpochSums;
  /** The state of the loader's stream when the order of the running epoch was drawn; null without a shuffle. */
  readonly epochStart: RandomStateData | null;
  /** The streams, each once. */
  readonly streams: readonly RandomStateData[];
}

/** How the trainings of this process left their models: what they began from, and digests of the weights and streams. */
const left = new WeakMap<Module, { readonly start: object; readonly end: object }>();

/** The columns of the tensor `history`. */
const COLUMNS: readonly (keyof EpochRecord)[] = [
  "epoch",
  "trainLoss",
  "trainAccuracy",
  "validationLoss",
  "validationAccuracy",
  "learningRate",
];

/** @throws ArgumentError for a value out of its domain. */
export function checkCheckpoint(options: Checkpoint): void {
  checkOptions("Checkpoint", options, ["path", "everySteps"]);
  const { path, everySteps } = options;
  if (typeof path !== "string" || path === "") {
    throw new ArgumentError("Checkpoint", `path must be the name of a file, got ${inWords(path)}`);
  }
  if (everySteps !== undefined) checkCounts("Checkpoint", { everySteps });
}

/**
 * Writes down all of a training, whole or not at all: weights, what the optimiser remembers, every stream, the place
 * in the epoch with its sums, the epochs so far and the best weights.
 * @throws FileError if it cannot be written.
 */
export function saveTraining(training: Training, { path }: Checkpoint): void {
  const { history, sums, options } = training;
  const tensors = new Map<string, StoredTensor>(places(training));
  for (const [name, { dtype, shape }] of training.model.namedTensors()) {
    const data = training.best.get(name);
    if (data) tensors.set(`best.${name}`, { dtype, shape, data });
  }
  const rows = Float64Array.from(history.epochs.flatMap((record) => COLUMNS.map((column) => record[column])));
  const shape = [history.epochs.length, COLUMNS.length];
  tensors.set("history", { dtype: "float64", shape, data: rows });
  const state: State = {
    stepCount: options.optimizer.stepCount,
    done: training.done,
    sums,
    epochStart: training.epochStart ?? null,
    streams: trainingStreams(training).map((stream) => stream.getState()),
  };
  const { settings, start } = identityOf(training);
  writeSafetensors(path, tensors, {
    architecture: architecture(training.model),
    settings: JSON.stringify(settings),
    start: JSON.stringify(start),
    state: JSON.stringify(state),
  });
}

function identityOf(training: Training): TrainingIdentity {
  training.identity ??= { settings: trainingSettings(training), start: digestOfState(training) };
  return training.identity;
}

/** Remembers how a training leaves its model, so that in this process it may go on with the model as it is. */
export function leaveTraining(training: Training): void {
  const { start } = identityOf(training);
  left.set(training.model, { start, end: digestOfState(training) });
}

/**
 * Puts a training where the one in the file was; without a file it stays as it is. The two must have the same settings
 * and data, and have begun from the same weights and streams; or the model and the streams are those that this very
 * training left.
 * @throws FileError if the file is damaged, or of another training; nothing is changed then.
 */
export function resumeTraining(training: Training, { path }: Checkpoint): void {
  identityOf(training);
  const file = readSafetensors(path);
  if (!file) return;
  const { history, options } = training;
  const state = readState(training, file, path);
  const wanted = [...places(training)];
  const values = wanted.map(([name, tensor]) => fittingTensor(path, name, tensor, file.tensors).data);
  const best = [...training.model.namedTensors()]
    .filter(([name]) => file.tensors.has(`best.${name}`))
    .map(([name, value]) => [name, fittingTensor(path, `best.${name}`, value, file.tensors).data] as const);
  const epochs = readHistory(file, path);
  if (epochs.length > options.epochs) {
    throw new FileError(
      path,
      `expected a training of at most ${options.epochs} epochs, got ${epochs.length}`,
    );
  }
  const saved = readStreams(state, trainingStreams(training).length, path);
  if (state.sums.step > 0) options.train.resume(state.sums.step, state.epochStart ?? undefined);

  wanted.forEach(([, { data }], i) => {
    data.set(values[i]);
  });
  for (const [name, data] of best) training.best.set(name, data);
  trainingStreams(training).forEach((stream, i) => {
    stream.setState(saved[i]);
  });
  options.optimizer.stepCount = state.stepCount;
  training.sums = state.sums;
  history.epochs.push(...epochs);
  training.reviewEpochs();
}

/** The tensors of a training that change, by the names they have in the file. */
function places({ model, options }: Training): Map<string, Tensor> {
  const all = new Map([...model.namedTensors()].map(([name, value]) => [`model.${name}`, value]));
  for (const [name, tensors] of options.optimizer.memory) {
    tensors.forEach((tensor, i) => {
      all.set(`optimizer.${name}.${i}`, tensor);
    });
  }
  return all;
}

function readState(training: Training, { metadata }: Safetensors, path: string): State {
  const identity = identityOf(training);
  const problem = "expected the checkpoint of a training, got a file without its settings and state";
  let settings: unknown;
  let start: object | undefined;
  let state: unknown;
  try {
    settings = JSON.parse(metadata.settings);
    state = JSON.parse(metadata.state);
    start = metadata.start === undefined ? undefined : JSON.parse(metadata.start);
  } catch {
    throw new FileError(path, problem);
  }
  if (!isState(state)) throw new FileError(path, problem);
  if (!start) {
    const version = "of an earlier version, which does not say what it began from";
    throw new FileError(path, `is a checkpoint ${version}; name another file to begin anew`);
  }
  const known = left.get(training.model);
  const goesOn = known && samePlain(known.start, start) && samePlain(known.end, identity.start);
  const different = differences(identity.settings, settings);
  if (!goesOn && different.length === 0) different.push(...differences(identity.start, start, "start"));
  if (different.length > 0) {
    const list = different.slice(0, 5).join("; ");
    throw new FileError(
      path,
      `is the checkpoint of another training: ${list}; name another file to begin anew`,
    );
  }
  training.identity = { ...identity, start };
  return state;
}

function isState(value: unknown): value is State {
  const { stepCount, sums, streams } = (value ?? {}) as Partial<State>;
  const { step, samples, lossSum, correct, learningRate } = (sums ?? {}) as Partial<EpochSums>;
  const numbers = [stepCount, step, samples, lossSum, correct, learningRate];
  return numbers.every(Number.isFinite) && Array.isArray(streams);
}

/** The states of the streams, each of them one that a stream can be put into. */
function readStreams(
  { streams, epochStart }: State,
  count: number,
  path: string,
): readonly RandomStateData[] {
  if (streams.length !== count) throw new FileError(path, `expected ${count} streams, got ${streams.length}`);
  try {
    for (const state of epochStart ? [...streams, epochStart] : streams) RandomState.fromState(state);
  } catch (error) {
    throw new FileError(path, `expected the states of streams: ${messageOf(error)}`);
  }
  return streams;
}

function readHistory({ tensors }: Safetensors, path: string): EpochRecord[] {
  const table = tensors.get("history");
  if (table?.shape.length !== 2 || table.shape[1] !== COLUMNS.length) {
    throw new FileError(path, `expected a history of ${COLUMNS.length} columns, got ${table?.shape}`);
  }
  return Array.from({ length: table.shape[0] }, (_, i) => {
    const row = COLUMNS.map((column, j) => [column, table.data[i * COLUMNS.length + j]]);
    return Object.fromEntries(row) as unknown as EpochRecord;
  });
}
