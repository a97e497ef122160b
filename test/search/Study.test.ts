import { ArgumentError, EnvironmentError, FileError } from "scratch-nn";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import {
  choice,
  grid,
  integer,
  type Objective,
  random,
  type Sampler,
  Study,
  studyRows,
  type Trial,
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
      if (trial.number === 2) throw new ArgumentError("fit", "the loss must stay finite");
      return trial.number === 3 ? { ...bowl(trial), value: Number.NaN } : bowl(trial);
    };
    const journal = path("j");
    const study = await new Study(options({ objective, journal })).run();
    expect(study.trials[2]).toMatchObject({ value: null, error: "fit: the loss must stay finite" });
    expect(study.trials[3]).toMatchObject({ value: null, error: "value must be finite, got NaN" });
    expect(study.ranking.slice(-2).map(({ number }) => number)).toEqual([2, 3]);
    expect(study.best.value).toBeLessThan(study.ranking[9]!.value!);
    expect(new Study(options({ journal })).trials).toEqual(study.trials);
  });

  test.each([
    new FileError("data", "is missing"),
    new EnvironmentError("memory", "is full"),
    new TypeError("x is not a function"),
  ])("is ended by %s, which says nothing about the params", async (error) => {
    const objective: Objective<BowlSpace> = (trial) => {
      if (trial.number === 2) throw error;
      return bowl(trial);
    };
    const study = new Study(options({ objective, journal: path("j") }));
    await expect(study.run()).rejects.toBe(error);
    expect(study.trials.map(({ number }) => number)).toEqual([0, 1]);
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
    [{ direction: "up" as never }, "Study: direction must be maximize or minimize, got up"],
    [{ setup: { epochs: Number.NaN } }, "Study: setup must be plain data, as JSON can hold it"],
  ])("%o", (changes, message) => {
    expect(() => new Study(options(changes))).toThrow(ArgumentError);
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
    expect(() => new Study(options()).best).toThrow("Study.best: wanted a trial that succeeded, got none");
  });
});

test("studyRows has a row a trial, and the same columns in each", async () => {
  const objective: Objective<BowlSpace> = (trial) => {
    if (trial.number === 1) throw new Error("diverged");
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
