import { AssertionError } from "node:assert";
import { readFileSync } from "node:fs";
import {
  ArgumentError,
  DivergenceError,
  EnvironmentError,
  FileError,
  ScratchError,
  ShapeError,
} from "scratch-nn";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import {
  bayesian,
  choice,
  grid,
  integer,
  type Objective,
  type OpenTrial,
  type Outcome,
  processors,
  random,
  type Sampler,
  Study,
  studyRows,
  type Trial,
  TrialFailed,
} from "../../lib/dist/search";
import { type BowlSpace, bowl, options, space, temporaryFolder } from "./studies";

const path = temporaryFolder();

/** Ends after a number of turns that differs from trial to trial, so that trials overtake each other. */
const shuffled: Objective<BowlSpace> = async (trial) => {
  for (let i = (7 * trial.number) % 5; i >= 0; i--) await new Promise((resolve) => setImmediate(resolve));
  return bowl(trial);
};

describe("a study", () => {
  test("judges what the sampler proposes", async () => {
    const study = await new Study(options()).run();
    expect(study.done).toBe(true);
    expect(study.trials.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    for (const trial of study.trials) {
      const params = random({ seed: 4 }).propose(trial.number, [], { space, direction: "minimize" });
      expect(trial).toEqual({ number: trial.number, params, ...bowl({ params }) });
    }
    const values = study.trials.map(({ value }) => value!);
    expect(study.best.value).toBe(Math.min(...values));
    expect(study.ranking.map(({ value }) => value)).toEqual([...values].sort((a, b) => a - b));
    const opposite = await new Study(options({ direction: "maximize" })).run();
    expect(opposite.best.value).toBe(Math.max(...values));
  });

  test("has the same trials for any number of workers and any order of completion", async () => {
    const expected = (await new Study(options()).run()).trials;
    for (const parallel of [1, 3, 20]) {
      const ended: number[] = [];
      const onTrial = ({ number }: Trial<BowlSpace>): number => ended.push(number);
      const study = new Study(
        options({ objective: shuffled, parallel, onTrial, journal: path(`${parallel}`) }),
      );
      expect((await study.run()).trials).toEqual(expected);
      expect(ended.every((number, i) => number === i)).toBe(parallel === 1);
    }
  });

  test("awaits as many objectives at once as it may", async () => {
    let now = 0;
    let most = 0;
    const objective: Objective<BowlSpace> = async (trial) => {
      most = Math.max(most, ++now);
      const outcome = await shuffled(trial);
      now--;
      return outcome;
    };
    await new Study(options({ objective, parallel: 3 })).run();
    expect(most).toBe(3);
  });

  test("takes its size from a sampler that has one", async () => {
    const sampler = grid({ points: 3 });
    const study = await new Study(options({ sampler, trials: undefined })).run();
    expect([study.size, study.trials.length]).toEqual([18, 18]);
    expect((await new Study(options({ sampler, trials: 4 })).run()).trials).toEqual(study.trials.slice(0, 4));
  });

  test("shows a sampler the trials it may know, and waits for them", async () => {
    const seen: number[][] = [];
    const base = random({ seed: 1 });
    const sampler: Sampler<BowlSpace> = {
      name: "rounds of four",
      options: {},
      knows: (number) => 4 * Math.floor(number / 4),
      propose(number, finished, context) {
        seen[number] = finished.map((trial) => trial.number);
        return base.propose(number, finished, context);
      },
    };
    await new Study(options({ sampler, objective: shuffled, parallel: 3 })).run();
    const below = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => below(4 * Math.floor(i / 4))));
  });

  test("goes on after a trial that failed", async () => {
    const objective: Objective<BowlSpace> = (trial) => {
      if (trial.number === 1) throw new TrialFailed("too large for the memory");
      if (trial.number === 2) throw new DivergenceError("fit", "the loss must stay finite");
      return trial.number === 3 ? { ...bowl(trial), value: Number.NaN } : bowl(trial);
    };
    const journal = path("j");
    const study = await new Study(options({ objective, journal })).run();
    expect(study.trials[1]).toMatchObject({ value: null, error: "too large for the memory" });
    expect(study.trials[2]).toMatchObject({ value: null, error: "fit: the loss must stay finite" });
    expect(study.trials[3]).toMatchObject({ value: null, error: "value must be finite, got NaN" });
    expect(study.ranking.slice(-3).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(study.best.value).toBeLessThan(study.ranking[8]!.value!);
    expect(new Study(options({ journal })).trials).toEqual(study.trials);
  });

  test.each([
    new FileError("data", "is missing"),
    new EnvironmentError("memory", "is full"),
    new TypeError("x is not a function"),
    new ShapeError("Linear.forward", "x must be [N, 2], got [N, 3]"),
    new ArgumentError("fit", "epochs must be a whole number ≥ 0, got -1"),
    new AssertionError({ message: "mine" }),
    Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" }),
    "a text",
    undefined,
  ])("is ended by %s, which says nothing about the params", async (error) => {
    const objective: Objective<BowlSpace> = (trial) => {
      if (trial.number === 2) throw error;
      return bowl(trial);
    };
    const study = new Study(options({ objective, journal: path("j") }));
    await expect(study.run()).rejects.toBe(error);
    expect(study.trials.map(({ number }) => number)).toEqual([0, 1]);
    expect(readFileSync(path("j"), "utf8").split("\n")).toHaveLength(4);
    expect((await new Study(options({ journal: path("j") })).run()).trials).toHaveLength(12);
  });
});

test("the params of a trial have the types of the space, whatever the sampler", async () => {
  const inline = new Study({
    space: { units: integer(1, 4), act: choice(["relu", "tanh"]) },
    sampler: grid({ points: 2 }),
    direction: "minimize",
    objective: ({ params: { units, act } }) => ({ value: act === "relu" ? units : -units }),
  });
  const { units, act } = (await inline.run()).best.params;
  expect([units, act]).toEqual([4, "tanh"]);
  expectTypeOf(units).toEqualTypeOf<number>();
  expectTypeOf(act).toEqualTypeOf<"relu" | "tanh">();
});

describe("stopped", () => {
  const endless = new Promise<never>(() => {});

  test.each(["signal", "SIGINT"])("by %s, it keeps what is finished and goes on later", async (how) => {
    const controller = new AbortController();
    const listeners = process.listenerCount("SIGINT");
    const given: AbortSignal[] = [];
    const objective: Objective<BowlSpace> = (trial) => {
      given.push(trial.signal);
      return trial.number < 5 ? bowl(trial) : endless;
    };
    const onTrial = ({ number }: Trial<BowlSpace>): void => {
      if (number === 4) setImmediate(() => (how === "signal" ? controller.abort() : process.emit("SIGINT")));
    };
    const journal = path("j");
    const study = new Study(options({ objective, onTrial, journal, parallel: 2, signal: controller.signal }));
    await study.run();
    expect([study.trials.length, study.done]).toEqual([5, false]);
    expect(given.at(-1)!.aborted).toBe(true);
    expect(process.listenerCount("SIGINT")).toBe(listeners);
    const later = await new Study(options({ journal })).run();
    expect(later.trials).toEqual((await new Study(options()).run()).trials);
  });

  test("by SIGINT between trials that never wait", async () => {
    const objective: Objective<BowlSpace> = (trial) => {
      if (trial.number === 3) setImmediate(() => process.emit("SIGINT"));
      return bowl(trial);
    };
    const study = await new Study(options({ objective })).run();
    expect(study.trials.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  });

  test("before the start, it runs nothing", async () => {
    const objective = vi.fn<Objective<BowlSpace>>(bowl);
    const study = await new Study(options({ objective, signal: AbortSignal.abort() })).run();
    expect([study.trials, objective.mock.calls]).toEqual([[], []]);
  });

  test("what an objective gives after the stop is not recorded", async () => {
    const controller = new AbortController();
    const objective: Objective<BowlSpace> = async (trial) => {
      if (trial.number === 1) controller.abort();
      return bowl(trial);
    };
    const study = await new Study(options({ objective, signal: controller.signal })).run();
    expect(study.trials.map(({ number }) => number)).toEqual([0]);
  });

  test("by an error of a callback, it keeps the trial", async () => {
    const error = new RangeError("mine");
    const onTrial = (): void => {
      throw error;
    };
    const study = new Study(options({ onTrial, journal: path("j") }));
    await expect(study.run()).rejects.toBe(error);
    expect(new Study(options({ journal: path("j") })).trials).toHaveLength(1);
  });
});

describe("refuses", () => {
  test.each<[Parameters<typeof options>[0], string]>([
    [{ space: {} as never }, "Study: space must have at least one dimension, got none"],
    [{ trials: 0 }, "Study: trials must be a whole number > 0, got 0"],
    [{ trials: undefined }, "Study: trials must be a whole number > 0, got undefined"],
    [{ sampler: grid({ points: 2 }), trials: 9 }, "Study: grid has 8 trials at most, got 9"],
    [{ parallel: 0.5 }, "Study: parallel must be a whole number > 0, got 0.5"],
    [{ direction: "up" as never }, 'Study: direction must be "maximize" or "minimize", got "up"'],
    [
      { setup: { epochs: Number.NaN } },
      "Study: setup.epochs must be plain data, as JSON can hold it, got NaN",
    ],
    [
      { sampler: "random" as never },
      "Study: sampler must be one that random({ seed: 1 }), grid, bayesian or",
    ],
    [{ sampler: random as never }, "got the function random"],
    [
      { objective: undefined as never },
      "Study: objective must be a function ({ params }) => ({ value }), { file,",
    ],
    [
      { objective: {} as never },
      "Study: objective.experiment must be a function of the trial, got undefined",
    ],
    [{ objective: { file: "nowhere.js" } }, "nowhere.js: no such file; looked at "],
    [{ objective: { file: 3 } as never }, "Study, objective: file must be the path of a module, got 3"],
    [{ on: "gpu" as never }, 'Study: on must be "thread", processors() or queue(url), got "gpu"'],
    [
      { on: processors() },
      "Study: objective must be { file, export } or { experiment, data } to run on processors",
    ],
    [{ signal: {} as never }, "Study: signal must be an AbortSignal, got an object of {  }"],
    [{ onTrial: true as never }, "Study: onTrial must be a function, got true"],
    [{ journal: 3 as never }, "Study: journal must be a path, got 3"],
    [{ name: 3 as never }, "Study: name must be a text, got 3"],
    [
      { space: undefined as never },
      "Study: space must be dimensions by name, such as { learningRate: logUniform",
    ],
    [{ epochs: 3 } as never, 'Study: unknown option "epochs"'],
  ])("%o", (changes, message) => {
    expect(() => new Study(options(changes))).toThrow(ScratchError);
    expect(() => new Study(options(changes))).toThrow(message);
  });

  test("a proposal outside of the space", async () => {
    const wrong: Sampler<BowlSpace> = {
      name: "wrong",
      options: {},
      propose: () => ({ x: 2, rate: 0.1, kind: "a" }),
    };
    await expect(new Study(options({ sampler: wrong })).run()).rejects.toThrow(
      'sampler wrong, trial 0: params.x must be of {"kind":"uniform","low":-1,"high":1}, got 2',
    );
  });

  test("to run twice at once, and to name a best of nothing", async () => {
    const study = new Study(options());
    const first = study.run();
    await expect(study.run()).rejects.toThrow("Study.run: the study is running already");
    await first;
    expect(() => new Study(options()).best).toThrow("Study.best: no trial is finished yet; await run()");
    const objective = (): never => {
      throw new TrialFailed("too large");
    };
    const failed = await new Study(options({ objective })).run();
    expect(() => failed.best).toThrow(
      'Study.best: all 12 finished trials failed, the first because "too large"',
    );
  });
});

test("studyRows has a row a trial, and the same columns in each", async () => {
  const objective: Objective<BowlSpace> = (trial) => {
    if (trial.number === 1) throw new TrialFailed("diverged");
    return bowl(trial);
  };
  const { ranking, trials } = await new Study(options({ objective, trials: 3 })).run();
  const rows = studyRows(ranking);
  const columns = ["trial", "x", "rate", "kind", "value", "twice", "error"];
  expect(rows.map((row) => Object.keys(row))).toEqual(Array(3).fill(columns));
  expect(rows.at(-1)).toEqual({
    trial: 1,
    ...trials[1]!.params,
    value: null,
    twice: null,
    error: "diverged",
  });
  expect(studyRows([{ number: 0, params: { hidden: [3, 4] }, budget: 2, value: 1 }])).toEqual([
    { trial: 0, hidden: "[3,4]", budget: 2, value: 1 },
  ]);
});

describe("an objective that gives no outcome ends the run, and nothing is recorded:", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const form = "it must return { value: a number, ";
  test.each<[unknown, string]>([
    [
      0.93,
      `${form}metrics?: plain data by name, curves?: lists of numbers by name }, got 0.93; write return { value: 0.93 }`,
    ],
    [undefined, form],
    [null, form],
    ["0.93", form],
    [{ accuracy: 0.93 }, form],
    [{ value: "0.93" }, 'value must be a number, got "0.93"'],
    [{ value: Promise.resolve(1) }, "value must be a number, got a Promise"],
    [{ value: 1, accuracy: 0.93 }, "got accuracy too; what else is worth keeping belongs into metrics"],
    [
      { value: 1, metrics: { loss: Number.NaN } },
      "metrics.loss must be plain data, as JSON can hold it, got NaN",
    ],
    [
      { value: 1, metrics: { at: new Date(0) } },
      "metrics.at must be plain data, as JSON can hold it, got a Date",
    ],
    [{ value: 1, metrics: circle }, "metrics.self must be plain data"],
    [{ value: 1, metrics: { a: undefined } }, "metrics.a must be plain data"],
    [{ value: 1, metrics: [1] }, "metrics must be plain data by name, got an array of 1"],
    [{ value: 1, curves: [1] }, "curves must be lists of numbers by name, got an array of 1"],
    [{ value: 1, curves: { loss: 1 } }, "curves.loss must be a list of numbers, got 1"],
    [{ value: 1, curves: { loss: ["1"] } }, "curves.loss must be a list of numbers, got an array of 1"],
  ])("%o", async (outcome, problem) => {
    const journal = path("j");
    const study = new Study(options({ journal, objective: (() => outcome) as never }));
    const error: unknown = await study.run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain("objective, trial 0: ");
    expect((error as Error).message).toContain(problem);
    expect(readFileSync(journal, "utf8").split("\n")).toHaveLength(2);
    expect((await new Study(options({ journal })).run()).done).toBe(true);
  });
});

test("curves may be typed arrays, and what is not finite in them is kept as null", async () => {
  const objective = (): Outcome => ({
    value: 1,
    curves: { a: Float64Array.of(1, Number.NaN), b: [null, 2] },
  });
  const study = await new Study(options({ objective, trials: 1 })).run();
  expect(study.trials[0]!.curves).toEqual({ a: [1, null], b: [null, 2] });
});

test("an objective or a callback that changes what it is given changes no trial", async () => {
  const journal = path("j");
  const objective = (trial: OpenTrial<BowlSpace>): Outcome => {
    const outcome = bowl(trial);
    Object.assign(trial.params, { x: 99, more: () => 1 });
    return outcome;
  };
  const study = await new Study(options({ objective, journal })).run();
  expect(study.trials).toEqual((await new Study(options()).run()).trials);
  expect(new Study(options({ journal })).trials).toEqual(study.trials);
  expect(() => Object.assign(study.trials[0]!.params, { x: 99 })).toThrow(TypeError);
});

describe("failed trials", () => {
  test("are run again where that is asked for, with their params, and take the place of the failure", async () => {
    const journal = path("j");
    let memory = 2;
    const tried: number[] = [];
    const objective = (trial: OpenTrial<BowlSpace>): Outcome => {
      tried.push(trial.number);
      if (trial.number % 4 === memory) throw new TrialFailed("too large for the memory");
      return bowl(trial);
    };
    const sampler = bayesian({ seed: 1, startup: 4, round: 2 });
    const study = await new Study(options({ journal, objective, sampler })).run();
    const before = study.trials;
    expect(before.filter(({ value }) => value === null).map(({ number }) => number)).toEqual([2, 6, 10]);
    expect((await study.run()).trials).toEqual(before);
    memory = -1;
    tried.length = 0;
    await study.run({ retryFailed: true });
    expect(tried).toEqual([2, 6, 10]);
    expect(study.trials.map(({ params }) => params)).toEqual(before.map(({ params }) => params));
    expect(study.trials.every(({ value, error }) => value !== null && error === undefined)).toBe(true);
    const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 12 + 3);
    expect(new Study(options({ journal, sampler })).trials).toEqual(study.trials);
    tried.length = 0;
    await new Study(options({ journal, sampler, objective })).run({ retryFailed: true });
    expect(tried).toEqual([]);
  });

  test("that fail again keep their last reason", async () => {
    let reason = "first";
    const objective = (): never => {
      throw new TrialFailed(reason);
    };
    const study = await new Study(options({ journal: path("j"), objective, trials: 1 })).run();
    reason = "second";
    await study.run({ retryFailed: true });
    expect(new Study(options({ journal: path("j") })).trials[0]).toMatchObject({
      value: null,
      error: "second",
    });
    await expect(study.run({ retry: true } as never)).rejects.toThrow('Study.run: unknown option "retry"');
  });
});
