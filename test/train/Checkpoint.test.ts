import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Adam,
  type AdamOptions,
  ArgumentError,
  CrossEntropyLoss,
  DataLoader,
  Dropout,
  ExponentialScheduler,
  FileError,
  type FitOptions,
  fit as fitModel,
  type History,
  Linear,
  type Loss,
  type Module,
  QuadraticLoss,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  Tanh,
} from "scratch-nn";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../lib/dist/formats/safetensors/safetensors";
import { differences } from "../../lib/dist/plain";
import { blobs, pixels } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));

let path = "";
let files = 0;
beforeEach(() => {
  path = join(folder, `deep/${files++}.safetensors`);
});

interface Setup {
  readonly seed?: number;
  readonly p?: number;
  readonly hidden?: number;
  readonly batchSize?: number;
  readonly separate?: boolean;
  readonly adam?: AdamOptions;
}

/** Six steps an epoch; the loader and the dropout share a stream unless they are `separate`. */
function setup({ seed = 1, p = 0.2, hidden = 8, batchSize = 16, separate = false, adam }: Setup = {}) {
  const random = new RandomState(seed);
  const model = new Sequential([
    new Linear(4, hidden, { random }),
    new ReLU(),
    new Dropout(p, { random: separate ? new RandomState(9) : random }),
    new Linear(hidden, 3, { random }),
  ]);
  const learningRate = new ExponentialScheduler({ initial: 0.05, decay: 0.9, every: 4 });
  const options = {
    loss: new CrossEntropyLoss(),
    optimizer: new Adam(model.parameters(), { learningRate, ...adam }),
    train: new DataLoader(blobs(), { batchSize, shuffle: random }),
    validation: new DataLoader(blobs({ seed: 5 }), { batchSize: 30 }),
    epochs: 4,
    checkpoint: { path },
  } satisfies FitOptions;
  return { model, options };
}

interface Result {
  readonly history: History;
  readonly model: Module;
  readonly steps: number;
}

/** Trains a model built anew, stopped after so many steps of this call. */
async function run(change: Partial<FitOptions> = {}, stopAfter = Infinity): Promise<Result> {
  const { model, options } = setup();
  const controller = new AbortController();
  let steps = 0;
  const history = await fitModel(model, {
    ...options,
    signal: controller.signal,
    onStep: () => {
      if (++steps === stopAfter) controller.abort();
    },
    ...change,
  });
  return { history, model, steps };
}

function expectSame(one: Result, other: Result): void {
  expect({ ...one.history }).toEqual({ ...other.history });
  const parameters = other.model.parameters();
  one.model.parameters().forEach(({ value }, i) => {
    expectSameBits(value.data, parameters[i]!.value.data);
  });
}

/** What one training without a stop comes to. */
async function whole(change: Partial<FitOptions> = {}): Promise<Result> {
  const { model, options } = setup();
  const { checkpoint: _, ...rest } = options;
  const history = await fitModel(model, { ...rest, ...change });
  return { history, model, steps: 6 * options.epochs };
}

describe("a training that was stopped", () => {
  test("goes on to the same bits, in whatever step and however often it was stopped", async () => {
    const wanted = await whole();
    const first = await run({}, 1);
    expect([first.history.epochs.length, first.history.interrupted]).toEqual([0, true]);
    for (const [steps, epochs] of [
      [4, 0],
      [1, 1],
      [7, 2],
    ] as const) {
      const { history } = await run({}, steps);
      expect([history.epochs.length, history.interrupted]).toEqual([epochs, true]);
    }
    const last = await run();
    expect(last.steps).toBe(24 - 13);
    expectSame(last, wanted);
  });

  test("counts its steps on", async () => {
    await run({}, 8);
    const seen: [number, number][] = [];
    await run({ onStep: ({ epoch, step }) => seen.push([epoch, step]) });
    expect(seen.slice(0, 5)).toEqual([
      [2, 3],
      [2, 4],
      [2, 5],
      [2, 6],
      [3, 1],
    ]);
  });

  test("goes on from its last checkpoint where it failed", async () => {
    const wanted = await whole();
    const failing = setup();
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 11) throw new Error("mine");
    };
    const checkpoint = { path, everySteps: 2 };
    await expect(fitModel(failing.model, { ...failing.options, checkpoint, onStep })).rejects.toThrow("mine");
    const last = await run();
    expect(last.steps).toBe(24 - 10);
    expectSame(last, wanted);
  });

  test("keeps what early stopping has found", async () => {
    const earlyStopping = { patience: 2, measure: "validationAccuracy" as const };
    const change = { earlyStopping, epochs: 40 };
    const wanted = await whole(change);
    const { bestEpoch, last } = wanted.history;
    expect([wanted.history.stoppedEarly, last.epoch]).toEqual([true, bestEpoch! + 2]);
    await run(change, 6 * bestEpoch! + 3);
    expectSame(await run(change), wanted);
    const size = statSync(path).mtimeMs;
    expectSame(await run(change), wanted);
    expect(statSync(path).mtimeMs).toBe(size);
  });
});

describe("a training that is over", () => {
  test("gives its result again, and is not written again", async () => {
    const wanted = await run();
    const before = readFileSync(path);
    const again = await run();
    expect(again.steps).toBe(0);
    expectSame(again, wanted);
    expect(Buffer.compare(readFileSync(path), before)).toBe(0);
  });

  test("may be given more epochs", async () => {
    await run({ epochs: 2 }, Infinity);
    expectSame(await run({ epochs: 4 }), await whole());
  });
});

test("the history keeps NaN, and a path that is relative goes to the folder for outputs", async () => {
  process.env.SCRATCH_NN_OUTPUT = folder;
  try {
    const train = async (): Promise<History> => {
      const { model, options } = setup();
      const { validation: _, ...rest } = options;
      return fitModel(model, { ...rest, checkpoint: { path: "relative.safetensors" }, epochs: 1 });
    };
    const history = await train();
    expect(statSync(join(folder, "relative.safetensors")).isFile()).toBe(true);
    const again = await train();
    expect({ ...again }).toEqual({ ...history });
    expect(again.validationLoss).toEqual([Number.NaN]);
  } finally {
    delete process.env.SCRATCH_NN_OUTPUT;
  }
});

describe("in the same process", () => {
  test("goes on with the model, loader and optimiser that it left, also after an error", async () => {
    const { model, options } = setup();
    const wanted = await whole();
    const controller = new AbortController();
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 4) controller.abort();
      if (steps === 15) throw new Error("mine");
    };
    await fitModel(model, { ...options, onStep, signal: controller.signal });
    await expect(fitModel(model, { ...options, onStep })).rejects.toThrow("mine");
    const history = await fitModel(model, options);
    expectSame({ history, model, steps }, wanted);
    expect((await fitModel(model, options)).epochs).toEqual(wanted.history.epochs);
  });

  test("but not with weights that were changed since", async () => {
    const { model, options } = setup();
    await fitModel(model, { ...options, epochs: 1 });
    model.parameters()[0]!.value.data[0]! += 1;
    await expect(fitModel(model, options)).rejects.toThrow(
      /is the checkpoint of another training: start.weights.0.weight must be "\w{16}", got "\w{16}"/,
    );
  });
});

describe("refuses, and leaves model and file as they are,", () => {
  async function refused(start: Setup, change: Partial<FitOptions>, problem: string): Promise<void> {
    const before = readFileSync(path);
    const { model, options } = setup(start);
    const weights = model.parameters().map(({ value }) => value.data.slice());
    const state = options.train.stream!.getState();
    await expect(fitModel(model, { ...options, ...change })).rejects.toThrow(new FileError(path, problem));
    model.parameters().forEach(({ value }, i) => {
      expectSameBits(value.data, weights[i]!);
    });
    expect(options.train.stream!.getState()).toEqual(state);
    expect([options.optimizer.stepCount, Buffer.compare(readFileSync(path), before)]).toEqual([0, 0]);
  }

  const another = (what: string): string =>
    `is the checkpoint of another training: ${what}; name another file to begin anew`;

  test("the checkpoint of another training", async () => {
    await run({}, 8);
    const { model } = setup();
    await refused({ adam: { beta1: 0.8 } }, {}, another("optimizer.beta1 must be 0.8, got 0.9"));
    await refused(
      { adam: { learningRate: 0.05 } },
      {},
      another(
        'optimizer.schedule.kind must be "ConstantScheduler", got "ExponentialScheduler"; ' +
          "optimizer.schedule.decay must be none, got 0.9; optimizer.schedule.every must be none, got 4; " +
          "optimizer.schedule.staircase must be none, got true",
      ),
    );
    await refused(
      { batchSize: 15 },
      { clipNorm: 1 },
      another("clipNorm must be 1, got none; train.batchSize must be 15, got 16"),
    );
    await refused({ separate: true }, {}, another("streams.model.2.random must be 1, got 0"));
    await refused(
      {},
      { loss: new QuadraticLoss(), train: new DataLoader(blobs({ count: 96 }), { batchSize: 16 }) },
      another(
        'loss.kind must be "QuadraticLoss", got "CrossEntropyLoss"; loss.epsilon must be none, got 0; ' +
          "loss.labelSmoothing must be none, got 0; loss.gradientScale must be none, got 1; " +
          "train.count must be 96, got 90",
      ),
    );
    await refused({ p: 0.3 }, {}, another("layers.2.p must be 0.3, got 0.2"));
    await refused(
      { hidden: 9 },
      {},
      another(
        'parameters.0.weight must be "float32 [4, 9]", got "float32 [4, 8]"; ' +
          'parameters.0.bias must be "float32 [9]", got "float32 [8]"; ' +
          'parameters.3.weight must be "float32 [9, 3]", got "float32 [8, 3]"',
      ),
    );
    const random = new RandomState(1);
    const narrow = new Sequential([new Linear(4, 3, { random }), new Tanh()]);
    const { options } = setup();
    const own = new Adam(narrow.parameters());
    await expect(fitModel(narrow, { ...options, optimizer: own })).rejects.toThrow(
      'model must be "Linear, Tanh", got "Linear, ReLU, Dropout, Linear"',
    );
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    await expect(fitModel(model, { ...options, optimizer })).rejects.toThrow(
      'optimizer.kind must be "SGD", got "Adam"',
    );
  });

  test("one with a loss of one's own that has other lists or losses in it", async () => {
    class Weighted extends QuadraticLoss {
      constructor(
        readonly weights: readonly number[],
        readonly inner: Loss,
      ) {
        super();
      }
    }
    const train = ({ model, options }: ReturnType<typeof setup>, loss: Loss): Promise<unknown> =>
      fitModel(model, { ...options, loss });
    await train(setup(), new Weighted([1, 2], new QuadraticLoss()));
    await expect(train(setup(), new Weighted([2, 1], new QuadraticLoss()))).rejects.toThrow(
      another("loss.weights must be [2,1], got [1,2]"),
    );
    await expect(train(setup(), new Weighted([1, 2], new CrossEntropyLoss()))).rejects.toThrow(
      'loss.inner.kind must be "CrossEntropyLoss", got "QuadraticLoss"',
    );
    await train(setup(), new Weighted([1, 2], new QuadraticLoss()));
  });

  test("one with a layer of one's own that has other constants", async () => {
    class Scaled extends ReLU {
      constructor(readonly slope: number) {
        super();
      }
    }
    const train = async (slope: number): Promise<unknown> => {
      const random = new RandomState(1);
      const model = new Sequential([new Linear(4, 3, { random }), new Scaled(slope)]);
      const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
      return fitModel(model, { ...setup().options, optimizer });
    };
    await train(0.1);
    await expect(train(0.2)).rejects.toThrow(another("layers.1.slope must be 0.2, got 0.1"));
    await train(0.1);
  });

  test("one that began from another seed or initialisation, or learned from other data", async () => {
    const train = async (change: Partial<FitOptions>, start: Setup = {}): Promise<void> => {
      const { model, options } = setup(start);
      await fitModel(model, { ...options, ...change });
    };
    await run({}, 8);
    const bytes = readFileSync(path);
    const refuses = async (work: Promise<unknown>, what: RegExp): Promise<void> => {
      await expect(work).rejects.toThrow(what);
      expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    };
    const digests = 'must be "\\w{16}", got "\\w{16}"';
    const other = (where: string): RegExp => new RegExp(`another training: .*${where} ${digests}`);
    await refuses(train({}, { seed: 2 }), other("start.weights.0.weight"));
    const shuffle = new RandomState(77);
    await refuses(
      train({ train: new DataLoader(blobs(), { batchSize: 16, shuffle }) }),
      /another training: streams.model.2.random must be 1, got 0/,
    );
    for (const [field, where] of [
      ["inputs", "train.inputs"],
      ["labels", "train.labels"],
    ] as const) {
      const { model, options } = setup();
      const dataset = options.train.dataset;
      dataset[field][3] = 1 + (dataset[field][3]! % 2);
      await refuses(fitModel(model, options), other(where));
    }
    const { model, options } = setup();
    model.parameters()[2]!.frozen = true;
    await refuses(
      fitModel(model, options),
      /parameters.3.weight must be "float32 \[8, 3\], frozen", got "float32 \[8, 3\]"/,
    );
    const fresh = setup();
    const optimizer = new Adam(fresh.model.parameters().slice(2));
    await refuses(fitModel(fresh.model, { ...fresh.options, optimizer }), /learned must be \["3.weight"/);
  });

  test("one that began from another shuffle, or normalised otherwise", async () => {
    const train = (seed: number, normalize?: (byte: number) => number): Promise<History> => {
      const model = new Linear(784, 10, { random: new RandomState(1) });
      const shuffle = new RandomState(seed);
      return fitModel(model, {
        loss: new CrossEntropyLoss(),
        optimizer: new SGD(model.parameters(), { learningRate: 0.1 }),
        train: new DataLoader(pixels(), { batchSize: 50, shuffle, ...(normalize && { normalize }) }),
        epochs: 1,
        checkpoint: { path },
      });
    };
    const { epochs } = await train(1);
    expect((await train(1, (byte) => byte / 255)).epochs).toEqual(epochs);
    await expect(train(2)).rejects.toThrow(/another training: start.streams must be/);
    await expect(train(1, (byte) => byte / 256)).rejects.toThrow(
      /another training: train.normalized must be/,
    );
  });

  test("one of an earlier version", async () => {
    await run({}, 8);
    const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
    const { start: _, ...rest } = metadata;
    writeFileSync(path, encodeSafetensors(tensors, rest));
    await refused(
      {},
      {},
      "is a checkpoint of an earlier version, which does not say what it began from; name another file to begin anew",
    );
  });

  test("one of more epochs than asked for", async () => {
    await run();
    await refused({}, { epochs: 3 }, "expected a training of at most 3 epochs, got 4");
  });

  test("a file that is none, or damaged", async () => {
    await run({}, 8);
    const bytes = readFileSync(path);
    const { tensors, metadata } = decodeSafetensors(bytes, path);
    const change = async (text: string, problem: string, without = ""): Promise<void> => {
      const kept = new Map([...tensors].filter(([name]) => name !== without));
      writeFileSync(path, encodeSafetensors(kept, { ...metadata, state: text }));
      await refused({}, {}, problem);
    };
    const state = JSON.parse(metadata.state!) as { streams: object[]; sums: object };
    for (const text of ["{", "null", "{}", JSON.stringify({ ...state, sums: { step: 1 } })]) {
      await change(text, "expected the checkpoint of a training, got a file without its settings and state");
    }
    await change(
      metadata.state!,
      "expected a tensor optimizer.firstMoment.0, got none",
      "optimizer.firstMoment.0",
    );
    await change(metadata.state!, "expected a history of 6 columns, got undefined", "history");
    await change(JSON.stringify({ ...state, streams: [] }), "expected 1 streams, got 0");
    await change(
      JSON.stringify({ ...state, streams: [{ ...state.streams[0], pos: 625 }] }),
      "expected the states of streams: RandomState.setState: pos must be an integer in [0, 624], got 625",
    );
    writeFileSync(path, bytes.subarray(0, 4000));
    const { model, options } = setup();
    await expect(fitModel(model, options)).rejects.toThrow("(truncated?)");
    writeFileSync(path, encodeSafetensors({}));
    await refused({}, {}, "expected the checkpoint of a training, got a file without its settings and state");
    const checkpoint = { path: folder };
    await expect(fitModel(model, { ...options, checkpoint })).rejects.toThrow("expected a readable file");
  });

  test("an empty path, and steps that are no whole number > 0", async () => {
    const { model, options } = setup();
    const problem = async (checkpoint: FitOptions["checkpoint"], text: string): Promise<void> => {
      await expect(fitModel(model, { ...options, checkpoint: checkpoint! })).rejects.toThrow(
        new ArgumentError("Checkpoint", text),
      );
    };
    await problem({ path: "" }, 'path must be the name of a file, got ""');
    for (const everySteps of [0, -1, 1.5, Number.NaN]) {
      await problem({ path, everySteps }, `everySteps must be a whole number > 0, got ${everySteps}`);
    }
  });
});

test("differences are listed by their paths", () => {
  const wanted = { a: 1, b: { c: [1, 2], d: "x" }, e: undefined, f: null };
  expect(differences(wanted, JSON.parse(JSON.stringify(wanted)))).toEqual([]);
  expect(differences(wanted, { b: { c: [2, 1], d: "y" }, f: 0, g: true })).toEqual([
    "a must be 1, got none",
    "b.c must be [1,2], got [2,1]",
    'b.d must be "x", got "y"',
    "f must be null, got 0",
    "g must be none, got true",
  ]);
  expect(differences({}, "text", "all")).toEqual(['all must be {}, got "text"']);
});
