import {
  ArgumentError,
  CosineScheduler,
  CrossEntropyLoss,
  DataLoader,
  type EpochScores,
  fit as fitModel,
  Linear,
  OneCycleScheduler,
  Parameter,
  PlateauScheduler,
  RandomState,
  type Scheduler,
  Sequential,
  SGD,
  StepScheduler,
  WarmupScheduler,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { cosPi } from "../../lib/dist/tensor/cosPi";
import { blobs } from "../helpers/blobs";
import { readFixture } from "../helpers/readFixture";

interface Plateau {
  readonly scores: readonly number[];
  readonly rates: readonly number[];
}

const torch = readFixture<{
  readonly cosine: Readonly<Record<string, readonly number[]>>;
  readonly oneCycle: Readonly<Record<string, readonly number[]>>;
  readonly oneCycleOptions: readonly number[];
  readonly step: readonly number[];
  readonly plateau: Plateau;
  readonly plateauRising: Plateau;
}>("torch-schedules");

function expectRates(schedule: Scheduler, wanted: readonly number[]): void {
  wanted.forEach((rate, step) => {
    expect(Math.abs(schedule.rate(step) - rate)).toBeLessThan(1e-12);
  });
}

test("cos(π u) is that of the mathematics at both ends, in the middle and within 2 ulp between", () => {
  expect([0, 0.5, 1].map(cosPi)).toEqual([1, 0, -1]);
  for (let i = 0; i <= 1000; i++) {
    const exact = Math.cos((Math.PI * i) / 1000);
    expect(Math.abs(cosPi(i / 1000) - exact)).toBeLessThanOrEqual(2 ** -51);
  }
});

describe("as PyTorch", () => {
  test.each(Object.entries(torch.cosine))("cosine over %s steps", (steps, wanted) => {
    expectRates(new CosineScheduler({ initial: 0.3, steps: Number(steps), final: 0.01 }), wanted);
  });

  test.each(Object.entries(torch.oneCycle))("one cycle of %s steps", (steps, wanted) => {
    expectRates(new OneCycleScheduler({ peak: 0.3, steps: Number(steps) }), wanted);
  });

  test("one cycle with other constants", () => {
    const options = { peak: 0.3, steps: 40, rise: 0.45, startDivisor: 10, endDivisor: 50 };
    expectRates(new OneCycleScheduler(options), torch.oneCycleOptions);
  });

  test("milestones", () => {
    expectRates(new StepScheduler({ initial: 0.3, milestones: [2, 3, 9], decay: 0.2 }), torch.step);
  });

  test.each([
    ["validationLoss", { factor: 0.5, patience: 2, least: 0.06 }, torch.plateau],
    ["validationAccuracy", { factor: 0.5, patience: 1 }, torch.plateauRising],
  ] as const)("a plateau of the %s", (measure, options, { scores, rates }) => {
    const schedule = new PlateauScheduler({ initial: 0.3, measure, ...options });
    const epochs = scores.map((score) => scoresOf({ [measure]: score }));
    rates.forEach((rate, i) => {
      schedule.observe(epochs.slice(0, i + 1));
      expect(schedule.rate()).toBeCloseTo(rate, 14);
    });
  });
});

function scoresOf(some: Partial<EpochScores>): EpochScores {
  return { trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0, ...some };
}

test("the ends: a cosine stays at its last rate, one step is a whole cycle", () => {
  const cosine = new CosineScheduler({ initial: 0.3, steps: 5 });
  expect([5, 6, 1e9].map((step) => cosine.rate(step))).toEqual([0, 0, 0]);
  const cycle = new OneCycleScheduler({ peak: 0.3, steps: 10 });
  expect([9, 10, 1e9].map((step) => cycle.rate(step))).toEqual(Array(3).fill(0.3 / 25 / 1e4));
  expect(Number.isFinite(new OneCycleScheduler({ peak: 0.3, steps: 1 }).rate(0))).toBe(true);
});

test("a warm-up rises in equal steps to the first rate of the schedule behind it", () => {
  const schedule = new WarmupScheduler({
    steps: 3,
    after: new StepScheduler({ initial: 0.8, milestones: [2] }),
  });
  const rates = Array.from({ length: 7 }, (_, step) => schedule.rate(step));
  expect(rates.slice(0, 5)).toEqual([0.2, 0.4, 0.6000000000000001, 0.8, 0.8]);
  expect(rates[5]).toBeCloseTo(0.08, 15);
  expect(new WarmupScheduler({ steps: 1, after: 0.5, from: 0.5 }).rate(0)).toBe(0.375);
});

test("the settings of an optimiser name the schedule inside a warm-up", () => {
  const after = new StepScheduler({ initial: 0.8, milestones: [2] });
  const { settings } = new SGD([new Parameter("weight", [1], "float32")], {
    learningRate: new WarmupScheduler({ steps: 3, after }),
  });
  const inner = { kind: "StepScheduler", initial: 0.8, milestones: [2], decay: 0.1 };
  expect(settings.schedule).toEqual({ kind: "WarmupScheduler", steps: 3, from: 0, after: inner });
});

/** The learning rate of each epoch, one step long. */
async function ratesOf(learningRate: Scheduler, epochs: number): Promise<number[]> {
  const train = blobs();
  const model = new Sequential([new Linear(4, 3, { random: new RandomState(1) })]);
  const history = await fitModel(model, {
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { learningRate }),
    train: new DataLoader(train, { batchSize: train.count }),
    epochs,
  });
  return history.epochs.map((epoch) => epoch.learningRate);
}

test("fit tells a plateau schedule of its epochs, behind a warm-up too", async () => {
  const after = new PlateauScheduler({ initial: 1e-12, measure: "trainLoss", patience: 0, factor: 0.5 });
  const rates = await ratesOf(new WarmupScheduler({ steps: 1, after }), 4);
  expect(rates).toEqual([0.5e-12, 1e-12, 0.5e-12, 0.25e-12]);
});

test.each([
  [
    () => new CosineScheduler({ initial: 0.1, steps: 0 }),
    "CosineScheduler: steps must be a whole number > 0, got 0",
  ],
  [
    () => new OneCycleScheduler({ peak: 0.1, steps: 9, rise: 2 }),
    "OneCycleScheduler: rise must be in [0, 1], got 2",
  ],
  [
    () => new OneCycleScheduler({ peak: 0.1, steps: 9, endDivisor: 0 }),
    "OneCycleScheduler: endDivisor must be a finite number ≥ 1, got 0",
  ],
  [
    () => new StepScheduler({ initial: 0.1, milestones: [3, 3] }),
    "StepScheduler: milestones must be whole numbers > 0 that rise, got [3,3]",
  ],
  [
    () => new WarmupScheduler({ steps: 1, after: 0.1, from: -1 }),
    "WarmupScheduler: from must be in [0, 1], got -1",
  ],
  [
    () => new PlateauScheduler({ initial: 0.1, factor: 1 }),
    "PlateauScheduler: factor must be in (0, 1), got 1",
  ],
  [
    () => new PlateauScheduler({ initial: 0.1 }).observe([scoresOf({ validationLoss: Number.NaN })]),
    "PlateauScheduler: validationLoss must be measured after each epoch; give fit validation data",
  ],
])("refuses %s", (make, message) => {
  expect(make).toThrow(new ArgumentError(...(message.split(/: (.*)/s).slice(0, 2) as [string, string])));
});
