import { createHash } from "node:crypto";
import { ArgumentError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import {
  bayesian,
  choice,
  integer,
  type Objective,
  random,
  type Sampler,
  Study,
  uniform,
} from "../../lib/dist/search";
import { expectedImprovement } from "../../lib/dist/search/samplers/bayesian/expectedImprovement";
import { GaussianProcess } from "../../lib/dist/search/samplers/bayesian/GaussianProcess";
import { type BowlSpace, bowl, options, temporaryFolder } from "./studies";

const path = temporaryFolder();
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

describe("bayesian", () => {
  test("its median over ten seeds is far below random's on Branin's function, at equal budget", async () => {
    const space = { x: uniform(-5, 10), y: uniform(0, 15) };
    const branin: Objective<typeof space> = ({ params: { x, y } }) => {
      const parabola = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
      const value = parabola ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.397887;
      return { value };
    };
    const best = async (make: (seed: number) => Sampler<typeof space>): Promise<number> => {
      const values: number[] = [];
      for (let seed = 0; seed < 10; seed++) {
        const sampler = make(seed);
        const study = new Study({ space, sampler, trials: 20, objective: branin, direction: "minimize" });
        values.push((await study.run()).best.value);
      }
      return median(values);
    };
    const [ours, theirs] = [await best((seed) => bayesian({ seed })), await best((seed) => random({ seed }))];
    expect(theirs).toBeLessThan(3);
    expect(ours).toBeLessThan(theirs / 3);
  });

  test("finds the top of a mixed space in both directions", async () => {
    const space = { units: integer(1, 40), act: choice(["a", "b", "c"]), x: uniform(-2, 2) };
    for (const direction of ["maximize", "minimize"] as const) {
      const sign = direction === "maximize" ? -1 : 1;
      const objective: Objective<typeof space> = ({ params: { units, act, x } }) => ({
        value: sign * (((units - 29) / 10) ** 2 + (x - 1) ** 2 + (act === "b" ? 0 : 1)),
      });
      const study = new Study({ space, sampler: bayesian({ seed: 3 }), trials: 32, objective, direction });
      const { params } = (await study.run()).best;
      expect([params.act, Math.abs(params.units - 29) <= 1, Math.abs(params.x - 1) < 0.1]).toEqual([
        "b",
        true,
        true,
      ]);
    }
  });

  test("proposes what it always has: journals go on where they stopped", async () => {
    const space = { units: integer(1, 40), act: choice(["a", "b", "c"]), x: uniform(-2, 2) };
    const objective: Objective<typeof space> = ({ params: { units, act, x } }) => ({
      value: ((units - 29) / 10) * ((units - 29) / 10) + Math.abs(x - 1) + (act === "b" ? 0 : 1),
    });
    const sampler = bayesian({ seed: 7, startup: 5, round: 3 });
    const study = new Study({ space, sampler, trials: 40, objective, direction: "minimize" });
    await study.run();
    const text = JSON.stringify(study.trials.map(({ params }) => params));
    expect(createHash("sha256").update(text).digest("hex").slice(0, 16)).toBe("86697bb888e0d627");
  });

  test("goes on after thousands of trials, from the best of them and from others", () => {
    const space = { x: uniform(-1, 1), y: uniform(-1, 1) };
    const drawn = random({ seed: 2 });
    const finished = Array.from({ length: 4000 }, (_, number) => {
      const params = drawn.propose(number, [], { space, direction: "minimize" });
      const failed = number % 7 === 0;
      return { number, params, value: failed ? null : Math.hypot(params.x - 0.3, params.y + 0.6) };
    });
    const sampler = bayesian({ seed: 1, startup: 8, round: 4 });
    expect(sampler.knows?.(4002)).toBe(4000);
    const params = sampler.propose(4002, finished, { space, direction: "minimize" });
    expect(Math.hypot(params.x - 0.3, params.y + 0.6)).toBeLessThan(0.25);
    expect(sampler.propose(4002, finished, { space, direction: "minimize" })).toEqual(params);
    const worse = sampler.propose(4002, finished, { space, direction: "maximize" });
    expect(Math.hypot(worse.x - 0.3, worse.y + 0.6)).toBeGreaterThan(1.5);
  });

  test("works with values whose squares are infinite", async () => {
    const objective: Objective<BowlSpace> = (trial) => ({ value: 1e308 * Number(trial.number % 2 === 0) });
    const study = new Study({ ...options({ objective }), sampler: bayesian({ seed: 1 }), trials: 12 });
    expect((await study.run()).trials).toHaveLength(12);
  });

  test("has the same trials for any number of workers, stopped or not", async () => {
    const sampler = bayesian({ seed: 5, startup: 4, round: 3 });
    const expected = (await new Study(options({ sampler })).run()).trials;
    const shuffled: Objective<BowlSpace> = async (trial) => {
      for (let i = (7 * trial.number) % 5; i >= 0; i--) await new Promise((resolve) => setImmediate(resolve));
      return bowl(trial);
    };
    for (const parallel of [2, 3, 8]) {
      expect((await new Study(options({ sampler, parallel, objective: shuffled })).run()).trials).toEqual(
        expected,
      );
    }
    for (const trials of [3, 6, 11, 12])
      await new Study(options({ sampler, trials, journal: path("j") })).run();
    expect(new Study(options({ sampler, journal: path("j") })).trials).toEqual(expected);
  });

  test("begins as random does, and depends on seed and round", async () => {
    const run = async (sampler: Sampler): Promise<unknown[]> =>
      (await new Study(options({ sampler: sampler as never })).run()).trials.map(({ params }) => params);
    const drawn = await run(random({ seed: 5 }) as Sampler);
    const ours = await run(bayesian({ seed: 5, startup: 6 }) as Sampler);
    expect(ours.slice(0, 6)).toEqual(drawn.slice(0, 6));
    expect(ours[6]).not.toEqual(drawn[6]);
    const other = await run(bayesian({ seed: 5, startup: 6, round: 1 }) as Sampler);
    expect(other.slice(0, 7)).toEqual(ours.slice(0, 7));
    expect(other[7]).not.toEqual(ours[7]);
    expect(new Set(ours.map((params) => JSON.stringify(params))).size).toBe(12);
  });

  test("lives with failures, and with results that are all alike", async () => {
    const objective: Objective = ({ number, params }) => ({
      value: Number(params.x) < 0 ? Number.NaN : number % 2,
    });
    const sampler = bayesian({ seed: 1, startup: 4 });
    const half = await new Study(options({ sampler, trials: 20, objective: objective as never })).run();
    expect(half.trials.slice(8).filter(({ value }) => value !== null).length).toBeGreaterThan(8);
    for (const value of [1, Number.NaN]) {
      const alike = await new Study(options({ sampler, objective: () => ({ value }) })).run();
      expect(alike.trials).toHaveLength(12);
    }
  });

  test("refuses options out of their domain", () => {
    expect(() => bayesian({ seed: 1.5 })).toThrow(ArgumentError);
    expect(() => bayesian({ seed: 1, startup: 1 })).toThrow(
      "bayesian: startup must be a whole number ≥ 2, got 1",
    );
    expect(() => bayesian({ seed: 1, round: 0 })).toThrow(
      "bayesian: round must be a whole number > 0, got 0",
    );
  });
});

describe("GaussianProcess", () => {
  const rows = Array.from({ length: 9 }, (_, i) => Float64Array.of(i / 8));
  const y = rows.map(([u]) => Math.SQRT2 * Math.cos(6 * u!));

  test("goes through exact values, is sure near them and unsure far away", () => {
    const process = new GaussianProcess({ rows, nominal: [false] }, y);
    for (const [i, row] of rows.entries()) expect(process.predict(row).mean).toBeCloseTo(y[i]!, 2);
    const between = process.predict(Float64Array.of(0.43));
    expect(between.mean).toBeCloseTo(Math.SQRT2 * Math.cos(6 * 0.43), 1);
    expect(process.predict(Float64Array.of(3)).std).toBeGreaterThan(10 * between.std);
    expect(process.predict(Float64Array.of(30)).mean).toBeCloseTo(0, 6);
  });

  test("smooths noise, and finds out which column matters", () => {
    const stream = [0.9, -0.8, 1.1, -1, 0.7, -1.2, 0.8, -0.9, 1, -0.6, 1.2, -1.1];
    const twice = stream.map((_, i) => Float64Array.of((i >> 1) / 5, (i * 0.37) % 1));
    const noisy = new GaussianProcess({ rows: twice, nominal: [false, false] }, stream);
    expect(Math.abs(noisy.predict(Float64Array.of(0.4, 0.5)).mean)).toBeLessThan(0.7);
    const grid = Array.from({ length: 25 }, (_, i) => Float64Array.of((i % 5) / 4, Math.floor(i / 5) / 4));
    const values = grid.map(([u]) => Math.sin(5 * u!));
    const [first, second] = new GaussianProcess({ rows: grid, nominal: [false, false] }, values).parameters;
    expect(second!).toBeGreaterThan(3 * first!);
  });

  test("takes names as equal or not", () => {
    const named = [0, 1, 2, 0, 1, 2].map((name) => Float64Array.of(name));
    const process = new GaussianProcess({ rows: named, nominal: [true] }, [1, -1, 0, 1, -1, 0]);
    expect(process.predict(Float64Array.of(0)).mean).toBeGreaterThan(0.8);
    expect(process.predict(Float64Array.of(1)).mean).toBeLessThan(-0.8);
  });
});

test("expectedImprovement is the mean of max(0, best − f), down to where it is tiny", () => {
  for (const [mean, std, best] of [
    [0, 1, 0],
    [1, 0.5, 0.2],
    [-1, 2, 3],
    [0, 1, -2.9],
    [0, 1, -3.1],
    [0, 1, -12],
    [0, 1, 28],
  ] as const) {
    let sum = 0;
    const step = 1e-3;
    for (let z = -40; z < 40; z += step) {
      sum += Math.max(0, best - (mean + std * z)) * Math.exp(-0.5 * z * z) * (step / Math.sqrt(2 * Math.PI));
    }
    const found = expectedImprovement({ mean, std }, best);
    expect(Math.abs(found - sum) / sum).toBeLessThan(1e-4);
  }
  expect(expectedImprovement({ mean: 0, std: 1e-6 }, 1)).toBeCloseTo(1, 12);
});
