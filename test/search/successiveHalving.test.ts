import { ArgumentError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { grid, type Objective, random, Study, successiveHalving } from "../../lib/dist/search";
import { type BowlSpace, bowl, options, space, temporaryFolder } from "./studies";

const path = temporaryFolder();

/** The bowl, seen the more clearly the more is spent. */
const objective: Objective<BowlSpace> = async (trial) => {
  for (let i = (7 * trial.number) % 5; i >= 0; i--) await new Promise((resolve) => setImmediate(resolve));
  const value = bowl(trial).value + Math.sin(1e4 * trial.params.x) / trial.budget!;
  return { value };
};
const sampler = successiveHalving({ sampler: random({ seed: 2 }), candidates: 13, budgets: [1, 3, 9] });
const settings = options({ sampler, objective, trials: undefined });

describe("successiveHalving", () => {
  test("gives the best third of a rung three times the budget", async () => {
    const study = await new Study(settings).run();
    expect(study.trials.map(({ budget }) => budget)).toEqual([...Array(13).fill(1), 3, 3, 3, 3, 9]);
    const best = (from: number, to: number, count: number): unknown[] => {
      const rung = study.trials.slice(from, to).sort((a, b) => a.value! - b.value!);
      return rung.slice(0, count).map(({ params }) => params);
    };
    expect(study.trials.slice(13, 17).map(({ params }) => params)).toEqual(best(0, 13, 4));
    expect(study.trials[17]!.params).toEqual(best(13, 17, 1)[0]);
    expect(study.best.number).toBe(17);
    const drawn = study.trials.slice(0, 13).map(({ params }) => params);
    const context = { space, direction: "minimize" } as const;
    expect(drawn).toEqual(drawn.map((_, i) => random({ seed: 2 }).propose(i, [], context)));
  });

  test("keeps the highest of a study that maximizes, and none that failed", async () => {
    const failing: Objective<BowlSpace> = ({ number }) => ({ value: number === 8 ? Number.NaN : number });
    const study = new Study({ ...settings, objective: failing, direction: "maximize" });
    const { trials } = await study.run();
    expect(trials.slice(13, 17).map(({ params }) => params)).toEqual(
      [12, 11, 10, 9].map((number) => trials[number]!.params),
    );
  });

  test("has the same trials for any number of workers, stopped or not", async () => {
    const { trials } = await new Study(settings).run();
    for (const parallel of [2, 5]) {
      expect((await new Study({ ...settings, parallel }).run()).trials).toEqual(trials);
    }
    for (const size of [5, 14, 18]) {
      await new Study({ ...settings, trials: size, journal: path("j") }).run();
    }
    expect(new Study({ ...settings, journal: path("j") }).trials).toEqual(trials);
  });

  test("refuses options out of their domain", () => {
    const make = (changes: object): unknown =>
      successiveHalving({ sampler: random({ seed: 2 }), candidates: 9, budgets: [1], ...changes });
    for (const candidates of [0, 1.5, Number.NaN]) expect(() => make({ candidates })).toThrow(ArgumentError);
    for (const budgets of [[], [0, 1], [1, 1], [3, 1], [1, Number.NaN]]) {
      expect(() => make({ budgets })).toThrow(
        `successiveHalving: budgets must be one or more numbers > 0, rising, got [${budgets.join(", ")}]`,
      );
    }
    for (const eta of [1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => make({ eta })).toThrow(`successiveHalving: eta must be > 1, got ${eta}`);
    }
    const few = successiveHalving({ sampler: grid({ points: 2 }), candidates: 9, budgets: [1] });
    expect(() => new Study(options({ sampler: few }))).toThrow("grid has 8 candidates, got 9");
  });
});
