import {
  ArgumentError,
  type Dataset,
  DivergenceError,
  fit as fitModel,
  ScratchError,
  type Sequential,
  ShapeError,
} from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import {
  type ExperimentData,
  type MlpExperiment,
  prepareExperiment,
  type RunExperimentsOptions,
  runExperiments,
} from "../../lib/dist/experiments";
import { data, experiment, halves } from "./experiments";

const candidates: readonly MlpExperiment[] = [
  experiment({ name: "small", hidden: [4] }),
  experiment({ name: "deep", hidden: [16, 8], epochs: 5 }),
  experiment({ name: "slow", learningRate: 0.001, init: "standardNormal", biasInit: "standardNormal" }),
  experiment({ name: "quadratic", activation: "sigmoid", loss: "quadratic", dtype: "float64" }),
  experiment({ name: "binary", activation: "sigmoid", loss: "binaryCrossEntropy", init: "lecunNormal" }),
  experiment({ name: "dropout", dropout: 0.5, hidden: [16, 8] }),
];
const endless = experiment({ name: "endless", epochs: 1_000_000 });

describe("runExperiments", () => {
  test("gives in order what fit gives, on one worker and on two", async () => {
    const expected = [];
    for (const candidate of candidates) {
      const { model, options } = prepareExperiment(candidate, data);
      const { epochs } = await fitModel(model, options);
      expected.push({ name: candidate.name, experiment: candidate, epochs, interrupted: false });
    }
    for (const workers of [1, 2]) {
      const results = await runExperiments(candidates, data, { workers });
      const seen = results.map(({ history, error, ...rest }) => {
        expect(error).toBeUndefined();
        return { ...rest, epochs: history.epochs, interrupted: history.interrupted };
      });
      expect(seen).toEqual(expected);
    }
    expect(expected[1]!.epochs).toHaveLength(5);
    expect(expected[1]!.epochs[4]!.validationAccuracy).toBeGreaterThan(0.9);
  });

  test("takes floats, and arrays that are shared already", async () => {
    const { train } = data;
    const inputs = new Float32Array(new SharedArrayBuffer(4 * train.inputs.length));
    inputs.set(Float32Array.from(train.inputs, (byte) => Math.fround(byte / 255)));
    const float = { ...train, inputs, labels: Int32Array.from(train.labels) };
    const [bytes] = await runExperiments([experiment()], { train, validation: train }, { workers: 1 });
    const [floats] = await runExperiments(
      [experiment()],
      { train: float, validation: float },
      { workers: 1 },
    );
    expect(floats!.history.epochs).toEqual(bytes!.history.epochs);
    const doubles: Dataset = { ...float, inputs: Float64Array.from(inputs) };
    const [last] = await runExperiments([experiment()], { train: doubles, validation: doubles });
    expect(last!.history.epochs).toEqual(bytes!.history.epochs);
  });

  test("of nothing gives nothing", async () => {
    expect(await runExperiments([], data)).toEqual([]);
  });

  test("of many raises no warning", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on("warning", listen);
    const results = await runExperiments(Array(12).fill(experiment({ epochs: 1 })), data, { workers: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect([results.length, warnings]).toEqual([12, []]);
  });

  test("calls back with all results after every epoch, and with the steps up to their sum", async () => {
    const finished: number[] = [];
    const steps: [number, number][] = [];
    const long = experiment({ name: "long", batchSize: 2, epochs: 2 });
    const results = await runExperiments([...candidates, long], data, {
      workers: 2,
      onEpoch: (all) => finished.push(all.reduce((sum, { history }) => sum + history.epochs.length, 0)),
      onStep: (done, sum) => steps.push([done, sum]),
    });
    const sum = (3 + 5 + 3 + 3 + 3 + 3) * 5 + 2 * 60;
    expect(finished).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    expect(steps.every(([done, all], i) => done > (steps[i - 1]?.[0] ?? 0) && all === sum)).toBe(true);
    expect(steps.at(-1)).toEqual([sum, sum]);
    expect(results.map(({ name }) => name)).toEqual([...candidates.map(({ name }) => name), "long"]);
  });
});

test("an experiment is built as it says", () => {
  const build = (changes: Partial<MlpExperiment>): { layers: string[]; loss: string; dtype: string } => {
    const { model, options } = prepareExperiment(experiment({ hidden: [4, 3], ...changes }), data);
    const layers = (model as Sequential).layers.map((layer) => layer.constructor.name);
    return { layers, loss: options.loss.constructor.name, dtype: options.train.dtype };
  };
  expect(build({})).toEqual({
    layers: ["Linear", "ReLU", "Linear", "ReLU", "Linear"],
    loss: "CrossEntropyLoss",
    dtype: "float32",
  });
  expect(build({ activation: "sigmoid", loss: "quadratic", dtype: "float64" })).toEqual({
    layers: ["Linear", "Sigmoid", "Linear", "Sigmoid", "Linear", "Sigmoid"],
    loss: "QuadraticLoss",
    dtype: "float64",
  });
  expect(build({ dropout: 0.5 }).layers).toEqual([
    "Linear",
    "ReLU",
    "Dropout",
    "Linear",
    "ReLU",
    "Dropout",
    "Linear",
  ]);
  expect(build({ dropout: 0 }).layers).toEqual(build({}).layers);
  expect(build({ activation: "sigmoid", loss: "binaryCrossEntropy" })).toEqual({
    layers: ["Linear", "Sigmoid", "Linear", "Sigmoid", "Linear"],
    loss: "BinaryCrossEntropyLoss",
    dtype: "float32",
  });
});

test("dropout changes neither the first weights nor the order of the samples", () => {
  const [plain, dropped] = [{}, { dropout: 0.5 }].map((changes) => {
    const { model, options } = prepareExperiment(experiment(changes), data);
    const weights = model.parameters().flatMap(({ value }) => [...value.data]);
    return { weights, labels: Array.from(options.train, ({ labels }) => [...labels]) };
  });
  expect(dropped).toEqual(plain);
});

test("a loss that diverges ends its experiment, and no other", async () => {
  const wild = experiment({ name: "wild", learningRate: 1e6, init: "standardNormal", hidden: [16, 16] });
  const steps: [number, number][] = [];
  const results = await runExperiments([wild, experiment()], data, {
    workers: 1,
    onStep: (done, sum) => steps.push([done, sum]),
  });
  const [diverged, healthy] = results;
  expect(diverged!.error).toMatch(
    /^fit: the loss must stay finite, got (NaN|-?Infinity) in epoch \d, step \d; lower the learning rate$/,
  );
  const [, epoch, step] = /epoch (\d), step (\d)/.exec(diverged!.error!)!.map(Number);
  expect(diverged!.history.epochs).toHaveLength(epoch! - 1);
  expect([healthy!.error, healthy!.history.epochs.length]).toEqual([undefined, 3]);
  const taken = (epoch! - 1) * 5 + step! - 1;
  expect(steps.at(-1)).toEqual([taken + 15, taken + 15]);
  const { model, options } = prepareExperiment(wild, data);
  await expect(fitModel(model, options)).rejects.toThrow(
    new DivergenceError("fit", diverged!.error!.slice(5)),
  );
});

describe("an abort", () => {
  test("keeps the finished epochs and experiments", async () => {
    const controller = new AbortController();
    const results = await runExperiments([experiment(), endless], data, {
      workers: 2,
      signal: controller.signal,
      onEpoch: ([first, second]) => {
        if (first!.history.epochs.length === 3 && second!.history.epochs.length >= 2) controller.abort();
      },
    });
    const [healthy, stopped] = results.map(({ history }) => history);
    expect([healthy!.epochs.length, healthy!.interrupted]).toEqual([3, false]);
    expect(stopped!.epochs.length).toBeGreaterThanOrEqual(2);
    expect(stopped!.epochs.map(({ epoch }) => epoch)).toEqual(stopped!.epochs.map((_, i) => i + 1));
    expect([stopped!.interrupted, results[1]!.error]).toEqual([true, undefined]);
  });

  test("does not begin what waits for a worker", async () => {
    const controller = new AbortController();
    const onEpoch = (): void => controller.abort();
    const options = { workers: 1, signal: controller.signal, onEpoch };
    const results = await runExperiments([experiment(), endless], data, options);
    const [waiting, stopped] = results.map(({ history }) => history);
    expect([waiting!.epochs, waiting!.interrupted]).toEqual([[], true]);
    expect([stopped!.epochs.length > 0, stopped!.interrupted]).toEqual([true, true]);
  });

  test("before the start trains nothing", async () => {
    const results = await runExperiments([endless], data, { signal: AbortSignal.abort() });
    expect(results.map(({ history }) => [history.epochs, history.interrupted])).toEqual([[[], true]]);
  });
});

test.each(["onEpoch", "onStep"] as const)("an error of %s stops the search and comes out", async (name) => {
  const error = new RangeError("mine");
  const callback = vi.fn(() => {
    throw error;
  });
  const listeners = process.listenerCount("SIGINT");
  const search = runExperiments([endless, endless], data, { workers: 2, [name]: callback });
  await expect(search).rejects.toBe(error);
  expect(callback).toHaveBeenCalledTimes(1);
  expect(process.listenerCount("SIGINT")).toBe(listeners);
});

describe("in the caller's thread it refuses", () => {
  const refusal = async (
    experiments: readonly MlpExperiment[],
    given: ExperimentData = data,
    options: RunExperimentsOptions = {},
  ): Promise<ScratchError> => {
    const error: unknown = await runExperiments(experiments, given, options).catch((reason) => reason);
    if (error instanceof ScratchError) return error;
    throw new Error(`no error of the library: ${error}`);
  };

  test.each([0, -1, 1.5, Number.NaN])("%s workers", async (workers) => {
    expect(await refusal([], data, { workers })).toEqual(
      new ArgumentError("runExperiments", `workers must be a whole number > 0, got ${workers}`),
    );
  });

  test.each<[Partial<MlpExperiment>, string]>([
    [{ hidden: 30 as never }, "hidden must be one or more whole numbers > 0, got 30"],
    [{ hidden: [] }, "hidden must be one or more whole numbers > 0, got []"],
    [{ hidden: [8, 0.5] }, "hidden must be one or more whole numbers > 0, got [8, 0.5]"],
    [{ batchSize: 0 }, "batchSize must be a whole number > 0, got 0"],
    [{ epochs: -1 }, "epochs must be a whole number ≥ 0, got -1"],
    [{ activation: "tanh" as "relu" }, "activation must be one of relu, sigmoid, got tanh"],
    [
      { loss: "hinge" as "quadratic" },
      "loss must be one of crossEntropy, binaryCrossEntropy, quadratic, got hinge",
    ],
    [{ dtype: "float16" as "float32" }, "dtype must be one of float32, float64, got float16"],
    [{ dropout: 1 }, "Dropout: p must be in [0, 1), got 1"],
    [{ gradientScale: Number.NaN }, "CrossEntropyLoss: gradientScale must be a finite number, got NaN"],
    [{ decay: 2 }, "ExponentialScheduler: decay must be in (0, 1], got 2"],
    [{ weightDecay: -1 }, "SGD: weightDecay must be a finite number ≥ 0, got -1"],
  ])("%o", async (changes, problem) => {
    const wrong = experiment({ name: "wrong", ...changes });
    const expected = new ArgumentError("runExperiments", `experiment wrong: ${problem}`);
    expect(await refusal([experiment(), wrong])).toEqual(expected);
    expect(() => prepareExperiment(wrong, data)).toThrow(
      new ArgumentError("prepareExperiment", `experiment wrong: ${problem}`),
    );
  });

  test.each<Partial<MlpExperiment>>([
    { seed: -1 },
    { seed: 0.5 },
    { learningRate: -1 },
    { epsilon: -1 },
    { decayEvery: 0 },
  ])("%o", async (changes) => {
    const error = await refusal([experiment({ name: "wrong", ...changes })]);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toMatch(/^runExperiments: experiment wrong: \w+: [\w ]+ must be /);
  });

  test("data that are wrong, or do not fit together", async () => {
    const { train, validation } = data;
    const mistaken = { ...train, labels: train.labels.subarray(1) };
    expect((await refusal([], { train: undefined as never, validation })).message).toBe(
      "runExperiments, train: dataset must be a Dataset, got undefined",
    );
    expect((await refusal([], { train, test: validation } as never)).message).toMatch(
      /^runExperiments, data: unknown option "test"/,
    );
    expect((await refusal([], { train: mistaken, validation })).message).toBe(
      "runExperiments, train: labels must be [120], one per sample, got [119]",
    );
    expect(await refusal([], { train, validation: halves({ count: 0 }) })).toEqual(
      new ArgumentError("runExperiments", "validation must have at least one sample, got 0"),
    );
    const small = { ...validation, count: 200, sampleShape: [4, 4], labels: new Uint8Array(200) };
    expect(await refusal([], { train, validation: small })).toEqual(
      new ShapeError("runExperiments", "samples of validation must be [8, 8], as those of train, got [4, 4]"),
    );
    expect(await refusal([], { train, validation: { ...validation, classes: 3 } })).toEqual(
      new ArgumentError("runExperiments", "validation must have 2 classes, as train has, got 3"),
    );
  });
});
