import {
  ArgumentError,
  CrossEntropyLoss,
  DataLoader,
  type EarlyStopping,
  type EpochRecord,
  type FitOptions,
  fit as fitModel,
  History,
  Linear,
  RandomState,
  ReLU,
  Sequential,
  SGD,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { bestEpoch } from "../../lib/dist/train/EarlyStopping";
import { pixels } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";

function historyOf(losses: readonly number[]): History {
  return new History(
    losses.map((validationLoss, i): EpochRecord => {
      const rest = { trainLoss: 0, trainAccuracy: 0, learningRate: 0 };
      return { ...rest, epoch: i + 1, validationLoss, validationAccuracy: -validationLoss };
    }),
  );
}

describe("the best epoch", () => {
  test.each([
    [[], 0],
    [[3], 1],
    [[3, 2, 2, 2.5], 2],
    [[3, 2, 1.5, 1.4], 4],
    [[Number.NaN, Infinity], 0],
    [[Number.NaN, 5, Number.NaN], 2],
  ])("of losses %j is %i, and so for accuracies that rise", (losses, epoch) => {
    expect(bestEpoch(historyOf(losses), { patience: 1 })).toBe(epoch);
    const measure = "validationAccuracy";
    expect(bestEpoch(historyOf(losses), { patience: 1, measure })).toBe(epoch);
  });

  test("is better by more than minDelta than the best before", () => {
    const losses = [3, 2.75, 2.5, 2, 1.5];
    expect(bestEpoch(historyOf(losses), { patience: 1, minDelta: 0.5 })).toBe(4);
    expect(bestEpoch(historyOf(losses.slice(0, 3)), { patience: 1, minDelta: 0.5 })).toBe(1);
  });
});

/** A training on random labels, which the validation data soon resent. */
function setup(earlyStopping?: EarlyStopping) {
  const random = new RandomState(1);
  const model = new Sequential([new Linear(20, 40, { random }), new ReLU(), new Linear(40, 10, { random })]);
  const options: FitOptions = {
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { learningRate: 0.2 }),
    train: new DataLoader(pixels({ features: 20 }), { batchSize: 10, shuffle: random }),
    validation: new DataLoader(pixels({ features: 20, seed: 9 }), { batchSize: 100 }),
    epochs: 60,
    ...(earlyStopping && { earlyStopping }),
  };
  return { model, options };
}

describe("a training", () => {
  test("ends after `patience` epochs without a better one, with the best weights", async () => {
    const { model, options } = setup({ patience: 3 });
    const history = await fitModel(model, options);
    const losses = history.validationLoss;
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(history.bestEpoch).toBe(best);
    expect([history.last.epoch, history.stoppedEarly, history.interrupted]).toEqual([best + 3, true, false]);
    expect(best + 3).toBeLessThan(60);
    const other = setup();
    const plain = await fitModel(other.model, { ...other.options, epochs: best });
    expect(plain.epochs).toEqual(history.epochs.slice(0, best));
    expect([plain.bestEpoch, plain.stoppedEarly]).toEqual([undefined, false]);
    other.model.parameters().forEach(({ value }, i) => {
      expectSameBits(value.data, model.parameters()[i]!.value.data);
    });
  });

  test("keeps the last weights where asked to", async () => {
    const { model, options } = setup({ patience: 3, restoreBest: false });
    const { last } = await fitModel(model, options);
    const other = setup();
    await fitModel(other.model, { ...other.options, epochs: last.epoch });
    other.model.parameters().forEach(({ value }, i) => {
      expectSameBits(value.data, model.parameters()[i]!.value.data);
    });
  });

  test("that ends before has the best weights too; one that is interrupted keeps what it has", async () => {
    const weightsAfter = async (epochs: number): Promise<Float32Array[]> => {
      const { model, options } = setup();
      await fitModel(model, { ...options, epochs });
      return model.parameters().map(({ value }) => value.data as Float32Array);
    };
    const judged = setup({ patience: 50 });
    const history = await fitModel(judged.model, { ...judged.options, epochs: 12 });
    expect([history.epochs.length, history.stoppedEarly]).toEqual([12, false]);
    expect(history.bestEpoch).toBeLessThan(12);
    (await weightsAfter(history.bestEpoch!)).forEach((wanted, i) => {
      expectSameBits(judged.model.parameters()[i]!.value.data, wanted);
    });
    const controller = new AbortController();
    const stopped = setup({ patience: 50 });
    const { interrupted } = await fitModel(stopped.model, {
      ...stopped.options,
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 12) controller.abort();
      },
    });
    expect(interrupted).toBe(true);
    (await weightsAfter(12)).forEach((wanted, i) => {
      expectSameBits(stopped.model.parameters()[i]!.value.data, wanted);
    });
  });
});

test("the norm of the gradients is clipped where asked to", async () => {
  const step = async (clipNorm?: number): Promise<number> => {
    const { model, options } = setup();
    const before = model.parameters().map(({ value }) => Float64Array.from(value.data));
    const train = new DataLoader(pixels({ features: 20 }), { batchSize: 100 });
    await fitModel(model, { ...options, train, epochs: 1, ...(clipNorm && { clipNorm }) });
    let sum = 0;
    model.parameters().forEach(({ value }, i) => {
      value.data.forEach((w, j) => {
        sum += ((w - before[i]![j]!) / 0.2) ** 2;
      });
    });
    return Math.sqrt(sum);
  };
  const norm = await step();
  expect(await step(norm / 4)).toBeCloseTo(norm / 4, 4);
  expect(await step(4 * norm)).toBe(norm);
  await expect(step(-1)).rejects.toThrow("fit: clipNorm must be a finite number > 0, got -1");
});

describe("refuses", () => {
  const refused = async (earlyStopping: EarlyStopping, problem: string, validated = true): Promise<void> => {
    const { model, options } = setup(earlyStopping);
    const { validation, ...rest } = options;
    await expect(fitModel(model, validated ? options : rest)).rejects.toThrow(
      new ArgumentError("EarlyStopping", problem),
    );
  };

  test("an unknown measure", async () => {
    const measure = "accuracy" as unknown as "validationAccuracy";
    await refused(
      { patience: 1, measure },
      'measure must be "validationLoss" or "validationAccuracy", got "accuracy"',
    );
  });

  test("a patience or a minDelta out of its domain", async () => {
    for (const patience of [0, -1, 1.5, Number.NaN]) {
      await refused({ patience }, `patience must be a whole number > 0, got ${patience}`);
    }
    for (const minDelta of [-1, Infinity, Number.NaN]) {
      await refused({ patience: 1, minDelta }, `minDelta must be a finite number ≥ 0, got ${minDelta}`);
    }
  });

  test("to judge without validation data", async () => {
    await refused({ patience: 1 }, "validation must be given to judge by, got none", false);
  });
});
