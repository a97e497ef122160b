import { getEventListeners } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ArgumentError,
  BinaryCrossEntropyLoss,
  CrossEntropyLoss,
  DataLoader,
  type Dataset,
  DivergenceError,
  Dropout,
  type EpochRecord,
  ExponentialScheduler,
  evaluate,
  type FitOptions,
  Flatten,
  fit as fitModel,
  History,
  Linear,
  Module,
  type Optimizer,
  QuadraticLoss,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  type Shape,
  Sigmoid,
  Softmax,
  type StepRecord,
  type Tensor,
} from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import { blobs, pixels } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

interface Setup {
  readonly dataset?: Dataset;
  readonly hidden?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly momentum?: number;
}

/** A network of two layers and all that `fit` needs, from one seed. */
function setup({ dataset = blobs(), hidden = 8, batchSize = 16, learningRate = 0.1, momentum }: Setup = {}) {
  const random = new RandomState(1);
  const inputs = dataset.sampleShape[0]!;
  const model = new Sequential([
    new Linear(inputs, hidden, { random }),
    new ReLU(),
    new Linear(hidden, dataset.classes, { random }),
  ]);
  const options: FitOptions = {
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { learningRate, momentum }),
    train: new DataLoader(dataset, { batchSize, shuffle: random }),
    epochs: 3,
  };
  return { model, options };
}

function weights(model: Module): Tensor[] {
  return model.parameters().map(({ value }) => value.clone());
}

describe("results", () => {
  test("that a callback takes stay as they are", async () => {
    const { model, options } = setup();
    const x = randomTensor([16, 4]);
    const seen: { y: Tensor; copy: Tensor; gradient: Tensor; slopes: Tensor }[] = [];
    const loss = new CrossEntropyLoss();
    await fitModel(model, {
      ...options,
      onStep: () => {
        const y = model.forward(x);
        loss.forward(y, Array(16).fill(1));
        const gradient = loss.backward();
        seen.push({ y, copy: y.clone(), gradient, slopes: gradient.clone() });
      },
    });
    expect(seen.length).toBeGreaterThan(10);
    for (const { y, copy, gradient, slopes } of seen) {
      expectSameBits(y.data, copy.data);
      expectSameBits(gradient.data, slopes.data);
    }
  });

  test("that a callback takes do not change the training", async () => {
    const [one, other] = [setup(), setup()];
    await fitModel(one.model, one.options);
    const { train, loss } = other.options;
    await fitModel(other.model, {
      ...other.options,
      onStep: () => {
        evaluate(other.model, loss, new DataLoader(train.dataset, { batchSize: 16 }));
        loss.forward(other.model.forward(train.pick([1, 2]).x), [0, 1]);
      },
    });
    weights(one.model).forEach((tensor, i) => {
      expectSameBits(tensor.data, weights(other.model)[i]!.data);
    });
  });

  test("a step takes nothing from the kernels' memory", async () => {
    const { model, options } = setup({ momentum: 0.9 });
    const blocks = vi.spyOn(globalThis, "WeakRef");
    const counts: number[] = [];
    await fitModel(model, {
      ...options,
      validation: new DataLoader(options.train.dataset, { batchSize: 16 }),
      onEpoch: () => counts.push(blocks.mock.calls.length),
    });
    vi.restoreAllMocks();
    expect(counts[0]).toBeGreaterThan(5);
    expect(counts[2]).toBe(counts[1]);
  });
});

describe("fit", () => {
  test("learns, and returns the epochs", async () => {
    const { model, options } = setup();
    const validation = new DataLoader(blobs({ seed: 3, count: 60 }), { batchSize: 25 });
    const history = await fitModel(model, { ...options, epochs: 10, validation });
    expect(history).toBeInstanceOf(History);
    expect(history.interrupted).toBe(false);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(history.last.trainLoss).toBeLessThan(0.3 * history.trainLoss[0]!);
    expect(history.last.trainAccuracy).toBeGreaterThan(0.9);
    expect(history.validationAccuracy.at(-1)).toBeGreaterThan(0.9);
    const { loss, accuracy } = evaluate(model, options.loss, validation);
    expect(history.last).toMatchObject({
      validationLoss: loss,
      validationAccuracy: accuracy,
      learningRate: 0.1,
    });
  });

  test("records the loss and accuracy of each batch before its step, weighed by its samples", async () => {
    const { model, options } = setup({ batchSize: 40 });
    const again = setup({ batchSize: 40 });
    const history = await fitModel(model, { ...options, epochs: 1 });
    let [loss, correct] = [0, 0];
    for (const { x, labels } of again.options.train) {
      again.model.zeroGrad();
      const y = again.model.forward(x);
      loss += again.options.loss.forward(y, labels) * labels.length;
      correct += y.argmax().filter((label, i) => label === labels[i]).length;
      again.model.backward(again.options.loss.backward());
      again.options.optimizer.step();
    }
    expect(history.trainLoss).toEqual([loss / 90]);
    expect(history.trainAccuracy).toEqual([correct / 90]);
    again.model.parameters().forEach(({ value }, i) => {
      expectSameBits(value.data, model.parameters()[i]!.value.data);
    });
  });

  test("without validation data records NaN", async () => {
    const { model, options } = setup();
    const history = await fitModel(model, { ...options, epochs: 2 });
    expect(history.validationLoss).toEqual([Number.NaN, Number.NaN]);
    expect(history.validationAccuracy).toEqual([Number.NaN, Number.NaN]);
  });

  test("calls back after every step and every epoch", async () => {
    const { model, options } = setup({ batchSize: 40 });
    const steps: StepRecord[] = [];
    const epochs: [EpochRecord, number][] = [];
    const history = await fitModel(model, {
      ...options,
      epochs: 2,
      onStep: (record) => steps.push(record),
      onEpoch: (record, { epochs: all }) => epochs.push([record, all.length]),
    });
    expect(steps.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(
      steps.every(({ epochs, steps, loss }) => epochs === 2 && steps === 3 && Number.isFinite(loss)),
    ).toBe(true);
    expect(epochs).toEqual([
      [history.epochs[0], 1],
      [history.epochs[1], 2],
    ]);
  });

  test("records the learning rate of the last step of an epoch", async () => {
    const { model, options } = setup({ batchSize: 45 });
    const learningRate = new ExponentialScheduler({ initial: 0.1, decay: 0.5, every: 1 });
    const optimizer = new SGD(model.parameters(), { learningRate });
    const history = await fitModel(model, { ...options, optimizer, epochs: 2 });
    expect(history.epochs.map((record) => record.learningRate)).toEqual([0.05, 0.0125]);
    expect(optimizer.stepCount).toBe(4);
  });

  test("of no epochs changes nothing", async () => {
    const { model, options } = setup();
    const before = weights(model);
    const history = await fitModel(model, { ...options, epochs: 0 });
    expect(history.epochs).toEqual([]);
    expect(history.interrupted).toBe(false);
    expect(() => history.last).toThrow(
      new ArgumentError("History.last", "there must be a finished epoch, got none"),
    );
    weights(model).forEach((value, i) => {
      expectSameBits(value.data, before[i]!.data);
    });
  });

  test("puts the model into training, and afterwards back into what it was", async () => {
    const { model, options } = setup();
    const states: boolean[] = [];
    model.eval();
    await fitModel(model, { ...options, epochs: 1, onStep: () => states.push(model.training) });
    expect(states.every(Boolean)).toBe(true);
    expect(model.training).toBe(false);
    await expect(
      fitModel(model, {
        ...options,
        onEpoch: () => {
          throw new Error("mine");
        },
      }),
    ).rejects.toThrow("mine");
    expect(model.training).toBe(false);
  });

  test("lets the event loop run", async () => {
    const { model, options } = setup({ dataset: pixels(), hidden: 64 });
    const controller = new AbortController();
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 3) controller.abort();
    }, 1);
    const history = await fitModel(model, { ...options, epochs: 1_000_000, signal: controller.signal });
    clearInterval(timer);
    expect([history.interrupted, turns]).toEqual([true, 3]);
  });
});

describe("callbacks", () => {
  test("are waited for, and their errors end the training", async () => {
    const { model, options } = setup();
    const seen: string[] = [];
    const slow = async (name: string): Promise<void> => {
      seen.push(name);
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(`${name} done`);
    };
    await fitModel(model, {
      ...options,
      epochs: 1,
      onStep: ({ step }) => (step > 4 ? slow(`step ${step}`) : undefined),
      onEpoch: () => slow("epoch"),
    });
    expect(seen).toEqual(["step 5", "step 5 done", "step 6", "step 6 done", "epoch", "epoch done"]);
    const fail = async (): Promise<void> => {
      throw new Error("mine");
    };
    await expect(fitModel(model, { ...options, onStep: fail })).rejects.toThrow("mine");
    await expect(fitModel(model, { ...options, onEpoch: fail })).rejects.toThrow("mine");
  });

  test("may evaluate and run the model, and leave it in evaluation", async () => {
    const train = async (change: (setup: { model: Module; options: FitOptions }) => Partial<FitOptions>) => {
      const random = new RandomState(1);
      const model = new Sequential([
        new Linear(4, 8, { random }),
        new ReLU(),
        new Dropout(0.5, { random: new RandomState(2) }),
        new Linear(8, 3, { random }),
      ]);
      const options = {
        loss: new CrossEntropyLoss(),
        optimizer: new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 }),
        train: new DataLoader(blobs(), { batchSize: 16, shuffle: random }),
        epochs: 2,
      };
      await fitModel(model, { ...options, ...change({ model, options }) });
      return weights(model);
    };
    const other = new DataLoader(blobs({ seed: 7 }), { batchSize: 7 });
    const wanted = await train(() => ({}));
    const got = await train(({ model, options }) => ({
      onStep: () => {
        evaluate(model, options.loss, other);
        model.eval();
        const { x, labels } = other.pick([1, 2]);
        options.loss.forward(model.forward(x), labels);
        model.backward(options.loss.backward());
      },
    }));
    got.forEach((value, i) => {
      expectSameBits(value.data, wanted[i]!.data);
    });
  });
});

test("a part of the model can be trained, the rest stays", async () => {
  const { model, options } = setup();
  const before = weights(model);
  const optimizer = new SGD(model.parameters().slice(2), { learningRate: 0.1 });
  await fitModel(model, { ...options, optimizer });
  const after = weights(model);
  for (const i of [0, 1]) expectSameBits(after[i]!.data, before[i]!.data);
  for (const i of [2, 3]) expect([...after[i]!.data]).not.toEqual([...before[i]!.data]);
});

describe("an abort", () => {
  test("stops after the step it comes in, keeping the weights and the finished epochs", async () => {
    const run = async (stopAt: number): Promise<{ history: History; model: Module; steps: number }> => {
      const { model, options } = setup();
      const controller = new AbortController();
      const history = await fitModel(model, {
        ...options,
        signal: controller.signal,
        onStep: ({ epoch, step }) => {
          if (epoch === 2 && step === stopAt) controller.abort();
        },
      });
      return { history, model, steps: options.optimizer.stepCount };
    };
    const { history, model, steps } = await run(4);
    expect([history.epochs.length, history.interrupted, steps]).toEqual([1, true, 6 + 4]);
    const other = setup();
    let left = 10;
    while (left > 0) {
      for (const { x, labels } of other.options.train) {
        if (left-- === 0) break;
        other.model.zeroGrad();
        other.options.loss.forward(other.model.forward(x), labels);
        other.model.backward(other.options.loss.backward());
        other.options.optimizer.step();
      }
    }
    weights(model).forEach((value, i) => {
      expectSameBits(value.data, other.model.parameters()[i]!.value.data);
    });
    // In the last step of an epoch the epoch is finished.
    const atTheEnd = await run(6);
    expect([atTheEnd.history.epochs.length, atTheEnd.history.interrupted, atTheEnd.steps]).toEqual([
      2,
      true,
      12,
    ]);
  });

  test("before the start takes no step", async () => {
    const { model, options } = setup();
    const history = await fitModel(model, { ...options, signal: AbortSignal.abort() });
    expect([history.epochs.length, history.interrupted, options.optimizer.stepCount]).toEqual([0, true, 0]);
  });

  test("leaves nothing behind: fit can go on", async () => {
    const { model, options } = setup();
    const listeners = process.listenerCount("SIGINT");
    const { signal } = new AbortController();
    await fitModel(model, { ...options, epochs: 1, signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await fitModel(model, { ...options, signal: AbortSignal.abort() });
    expect(process.listenerCount("SIGINT")).toBe(listeners);
    const history = await fitModel(model, options);
    expect([history.epochs.length, history.interrupted]).toEqual([3, false]);
  });
});

test("the same seed gives the same weights, on 1 and 2 threads", async () => {
  const dataset = pixels({ count: 200 });
  const train = async (): Promise<Tensor[]> => {
    const { model, options } = setup({ dataset, hidden: 130, batchSize: 64, momentum: 0.9 });
    await fitModel(model, { ...options, epochs: 2 });
    return weights(model);
  };
  const [first, again, two] = [
    await withThreads(1, train),
    await withThreads(1, train),
    await withThreads(2, train),
  ];
  first.forEach((value, i) => {
    expectSameBits(again[i]!.data, value.data, "again");
    expectSameBits(two[i]!.data, value.data, "on two threads");
  });
});

describe("fit refuses", () => {
  test("epochs that are no whole number ≥ 0", async () => {
    const { model, options } = setup();
    for (const epochs of [-1, 1.5, Number.NaN]) {
      await expect(fitModel(model, { ...options, epochs })).rejects.toThrow(
        new ArgumentError("fit", `epochs must be a whole number ≥ 0, got ${epochs}`),
      );
    }
  });

  test("a loader without batches", async () => {
    const { model, options } = setup();
    const train = new DataLoader(blobs(), { batchSize: 100, dropLast: true });
    await expect(fitModel(model, { ...options, train })).rejects.toThrow(
      new ArgumentError("fit", "train must have at least one batch, got 0"),
    );
    await expect(fitModel(model, { ...options, validation: train })).rejects.toThrow(
      new ArgumentError("fit", "validation must have at least one batch, got 0"),
    );
  });

  test("what is no model, loader, loss, optimiser, number or callback", async () => {
    const { model, options } = setup();
    const refused = async (change: object, problem: string, net: unknown = model): Promise<void> => {
      const all = { ...options, ...change } as FitOptions;
      await expect(fitModel(net as Module, all)).rejects.toThrow(new ArgumentError("fit", problem));
    };
    const loader = "new DataLoader(train, { batchSize: 64 }) makes one of a dataset";
    const sgd = "new SGD(model.parameters(), { learningRate: 0.1 }) makes one";
    const dataset = "an object of { name, count, sampleShape, classes, inputs }";
    await refused({ train: blobs() }, `train must be a DataLoader, got ${dataset}; ${loader}`);
    await refused({ train: undefined }, `train must be a DataLoader, got undefined; ${loader}`);
    await refused({ loss: "mse" }, 'loss must be a loss, such as new CrossEntropyLoss(), got "mse"');
    await refused({ optimizer: "adam" }, `optimizer must be an optimiser, got "adam"; ${sgd}`);
    await refused({ epochs: "3" }, 'epochs must be a whole number ≥ 0, got "3"');
    await refused({ clipNorm: "1" }, 'clipNorm must be a finite number > 0, got "1"');
    await refused({ onStep: 1 }, "onStep must be a function, got 1");
    await refused({ signal: true }, "signal must be an AbortSignal, got true");
    await refused(
      { validationData: 1 },
      'unknown option "validationData"; did you mean validation? The options are loss, optimizer, train, ' +
        "validation, epochs, clipNorm, earlyStopping, checkpoint, signal, onStep, onEpoch",
    );
    await expect(fitModel(model, undefined as unknown as FitOptions)).rejects.toThrow(
      "fit: options must be an object of { loss,",
    );
    await refused({}, "model must be a layer or a Sequential, got an array of 1; write fit(model, …)", [
      model,
    ]);
    await refused({}, "model must have parameters to learn, got none", new Sequential([]));
  });

  test("an optimiser of other parameters than the model's, of one twice, or of frozen ones", async () => {
    const { model, options } = setup();
    const refused = async (optimizer: Optimizer, problem: string): Promise<void> => {
      const before = weights(model);
      await expect(fitModel(model, { ...options, optimizer })).rejects.toThrow(problem);
      weights(model).forEach((value, i) => {
        expectSameBits(value.data, before[i]!.data);
      });
    };
    const other = setup();
    await refused(
      other.options.optimizer,
      "fit: optimizer must have parameters of the model, got 4 of 4 that are not",
    );
    const mixed = [...model.parameters(), other.model.parameters()[0]!];
    await refused(new SGD(mixed, { learningRate: 0.1 }), "got 1 of 5 that are not");
    const twice = { ...options.optimizer, parameters: [model.parameters()[0]!, model.parameters()[0]!] };
    await refused(Object.assign(Object.create(options.optimizer), twice), "must have each parameter once");
    const part = new SGD([model.parameters()[0]!], { learningRate: 0.1 });
    model.parameters()[0]!.frozen = true;
    await refused(part, "fit: optimizer must have a parameter to change, got only frozen ones");
  });

  test.each([
    ["CrossEntropyLoss", "softmax", new CrossEntropyLoss()],
    ["BinaryCrossEntropyLoss", "sigmoid", new BinaryCrossEntropyLoss()],
  ])("an activation before %s, which applies its own", async (kind, applied, loss) => {
    for (const last of [new Sigmoid(), new Softmax()]) {
      const random = new RandomState(1);
      const linear = new Linear(4, 3, { random });
      const model = new Sequential([
        linear,
        new Sequential([new Sequential([last]), new Dropout(0.5, { random })]),
        new Flatten(),
      ]);
      const { options } = setup();
      const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
      const name = last.constructor.name;
      const problem =
        `the model must end with logits, to which ${kind} applies the ${applied} itself, got a ${name} at the end; ` +
        `leave the ${name} out, or use QuadraticLoss`;
      await expect(fitModel(model, { ...options, optimizer, loss })).rejects.toThrow(
        new ArgumentError("fit", problem),
      );
      expect(() => evaluate(model, loss, options.train)).toThrow(new ArgumentError("evaluate", problem));
      await fitModel(model, { ...options, optimizer, loss: new QuadraticLoss(), epochs: 1 });
    }
  });

  test.each([
    ["CrossEntropyLoss", "softmax", new CrossEntropyLoss()],
    ["BinaryCrossEntropyLoss", "sigmoid", new BinaryCrossEntropyLoss()],
  ])("also within a layer of one's own, and without fit, before %s", async (kind, applied, loss) => {
    class Own extends Module {
      private readonly linear = new Linear(4, 3, { random: new RandomState(1) });
      constructor(private readonly last: Module) {
        super();
      }
      override forward(x: Tensor): Tensor {
        return this.last.forward(this.linear.forward(x));
      }
      override backward(dy: Tensor): Tensor {
        return this.linear.backward(this.last.backward(dy));
      }
      override outputShape(shape: Shape): Shape {
        return this.linear.outputShape(shape);
      }
    }
    for (const last of [new Sigmoid(), new Softmax()]) {
      const name = last.constructor.name;
      const problem =
        `y must be logits, to which the loss applies the ${applied} itself, got those of a ${name}; ` +
        `leave the ${name} out, or use QuadraticLoss`;
      const expected = new ArgumentError(`${kind}.forward`, problem);
      const model = new Own(last);
      const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
      await expect(fitModel(model, { ...setup().options, optimizer, loss })).rejects.toThrow(expected);
      const y = last.forward(randomTensor([2, 3]));
      expect(() => loss.forward(y, [0, 1])).toThrow(expected);
      expect(loss.forward(y.clone(), [0, 1])).toBeGreaterThan(0);
    }
  });

  test("a second training of the same model, optimiser or loader while the first runs", async () => {
    const [one, two] = [setup(), setup()];
    const [alone, wanted] = [setup(), weights];
    const running = fitModel(one.model, one.options);
    const refused = async (model: Module, change: Partial<FitOptions>, part: string): Promise<void> => {
      await expect(fitModel(model, { ...two.options, ...change })).rejects.toThrow(
        new ArgumentError(
          "fit",
          `${part} must not be in another training, got that of a fit that has not ended; ` +
            "write await fit(…) before the next one",
        ),
      );
    };
    await refused(one.model, one.options, "model");
    await refused(new Sequential([one.model]), one.options, "0.0.weight of the model");
    await refused(two.model, { train: one.options.train }, "train");
    await refused(two.model, { validation: one.options.train }, "validation");
    const { stream } = one.options.train;
    const sameOrder = new DataLoader(blobs({ seed: 9 }), { batchSize: 20, shuffle: stream! });
    await refused(two.model, { train: sameOrder }, "the stream of train");
    await running;
    await fitModel(alone.model, alone.options);
    wanted(one.model).forEach((value, i) => {
      expectSameBits(value.data, wanted(alone.model)[i]!.data);
    });
    await fitModel(one.model, one.options);
    const validation = new DataLoader(blobs({ seed: 9 }), { batchSize: 20 });
    const both = [setup(), setup()].map(({ model, options }) => fitModel(model, { ...options, validation }));
    expect((await Promise.all(both)).map(({ epochs }) => epochs.length)).toEqual([3, 3]);
    const checkpoint = { path: join(mkdtempSync(join(tmpdir(), "fit-")), "two.safetensors") };
    const [first, second] = [setup(), setup()].map(({ model, options }) =>
      fitModel(model, { ...options, checkpoint }),
    );
    await expect(second).rejects.toThrow("the checkpoint must not be in another training");
    await first;
  });

  test("to go on with a model that is not finite to begin with", async () => {
    const { model, options } = setup();
    model.parameters()[1]!.value.data[0] = Number.NaN;
    await expect(fitModel(model, options)).rejects.toThrow(
      "the loss must stay finite, got NaN in epoch 1, step 1; 0.bias of the model is not finite to begin with",
    );
  });

  test("a loader whose inputs are not finite, for training and for validation", async () => {
    const { model, options } = setup();
    const dataset = blobs({ count: 60 });
    const validation = new DataLoader(dataset, { batchSize: 25 });
    dataset.inputs[30 * 4 + 2] = Number.NaN;
    const problem = "inputs of blobs must be finite, got NaN in sample 30, value 2";
    await expect(fitModel(model, { ...options, validation })).rejects.toThrow(problem);
    await expect(fitModel(model, { ...options, train: validation })).rejects.toThrow(problem);
    expect(() => evaluate(model, options.loss, validation)).toThrow(problem);
  });

  test("to go on when the loss diverges", async () => {
    const { model, options } = setup({ learningRate: 1e30 });
    await expect(fitModel(model, options)).rejects.toThrow(
      new DivergenceError(
        "fit",
        "the loss must stay finite, got NaN in epoch 1, step 2; lower the learning rate",
      ),
    );
  });
});

describe("evaluate", () => {
  /** Gives the inputs back as logits, and remembers whether it was learning. */
  class Echo extends Module {
    readonly seen: boolean[] = [];
    override forward(x: Tensor): Tensor {
      this.seen.push(this.training);
      return x;
    }
    override backward(dy: Tensor): Tensor {
      return dy;
    }
    override outputShape(shape: Shape): Shape {
      return shape;
    }
  }

  test("gives loss, accuracy, predictions and labels in the loader's order", () => {
    const dataset: Dataset = {
      name: "logits",
      count: 5,
      sampleShape: [3],
      classes: 3,
      inputs: Float64Array.of(9, 0, 0, 0, 9, 0, 1, 1, 0, 0, 0, 9, 0, 0, 9),
      labels: Uint8Array.of(0, 1, 1, 2, 0),
    };
    const loader = new DataLoader(dataset, { batchSize: 2, dtype: "float64" });
    const model = new Echo();
    const loss = new CrossEntropyLoss();
    const result = evaluate(model, loss, loader);
    expect([...result.predictions]).toEqual([0, 1, 0, 2, 2]);
    expect([...result.labels]).toEqual([0, 1, 1, 2, 0]);
    expect(result.accuracy).toBe(3 / 5);
    const whole = new DataLoader(dataset, { batchSize: 5, dtype: "float64" }).pick([0, 1, 2, 3, 4]);
    expect(result.loss).toBeCloseTo(loss.forward(whole.x, whole.labels), 14);
    expect(model.seen).toEqual([false, false, false]);
    expect(model.training).toBe(true);
  });

  test("that fails leaves the model as it was", () => {
    const model = new Echo();
    const loader = new DataLoader(blobs({ features: 2 }), { batchSize: 40 });
    expect(() => evaluate(model, new CrossEntropyLoss(), loader)).toThrow(
      "labels must be classes 0 to 1, got 2",
    );
    expect(model.training).toBe(true);
  });

  test("of a loader that drops the last batch counts the rest", () => {
    const loader = new DataLoader(blobs({ features: 3 }), { batchSize: 40, dropLast: true });
    const { predictions, labels } = evaluate(new Echo(), new CrossEntropyLoss(), loader);
    expect([predictions.length, labels.length]).toEqual([80, 80]);
  });
});
