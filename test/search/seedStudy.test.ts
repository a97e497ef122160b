import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError, FileError, fit as fitModel } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { prepareExperiment } from "../../lib/dist/experiments";
import { processors, type SeedStudyOptions, seedStudy } from "../../lib/dist/search";
import { data, experiment } from "../experiments/experiments";

const folder = mkdtempSync(join(tmpdir(), "scratch-nn-seeds-"));
const journal = join(folder, "seeds.jsonl");
const on = processors({ workers: 2 });
afterAll(async () => {
  await on.close();
  rmSync(folder, { recursive: true });
});

const experiments = [
  experiment({ name: "slow", learningRate: 0.01 }),
  experiment({ name: "fast", dropout: 0.2 }),
];
const options: SeedStudyOptions = { name: "seeds", experiments, seeds: [1, 3, 17], data, on, journal };

describe("seedStudy", () => {
  test("trains each experiment with each seed as fit does, and keeps the confusion matrix", async () => {
    const { trials } = await seedStudy(options).run();
    expect(trials.map(({ params: { seed, experiment } }) => [seed, experiment])).toEqual(
      [1, 3, 17].flatMap((seed) => ["slow", "fast"].map((name) => [seed, name])),
    );
    const { model, options: recipe } = prepareExperiment({ ...experiments[1]!, seed: 17 }, data);
    const history = await fitModel(model, recipe);
    const last = trials.at(-1)!;
    expect(last.curves!.trainLoss).toEqual(history.trainLoss);
    expect(last.value).toBe(history.last.validationAccuracy);
    const counts = last.metrics!.counts as number[][];
    const right = counts.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(counts.flat().reduce((sum, count) => sum + count)).toBe(data.validation.count);
    expect(right / data.validation.count).toBeCloseTo(last.value!, 12);
  });

  test("reads a journal that is complete, whatever seeds the experiments were made with", async () => {
    const before = readFileSync(journal, "utf8");
    const nobody = { ...on, open: () => Promise.reject(new Error("a worker was asked")) };
    const again = experiments.map((one) => ({ ...one, seed: 99 }));
    const study = await seedStudy({ ...options, experiments: again, on: nobody }).run();
    expect(study.done).toBe(true);
    expect(readFileSync(journal, "utf8")).toBe(before);
  });

  test("refuses a journal of other trainings", () => {
    const longer = experiments.map((one) => ({ ...one, epochs: 4 }));
    expect(() => seedStudy({ ...options, experiments: longer })).toThrow(FileError);
    expect(() => seedStudy({ ...options, seeds: [1, 2] })).toThrow(FileError);
  });

  test.each<[Partial<SeedStudyOptions>, string]>([
    [{ experiments: [experiments[0]!, experiments[0]!] }, "names of their own, got slow, slow"],
    [{ experiments: [] }, "experiments must be"],
    [{ seeds: [] }, "values must be a list of one or more"],
    [{ seeds: [1, 1] }, "must differ"],
    [{ seeds: [0.5] }, "seeds must be a list of whole numbers ≥ 0"],
    [{ seeds: "1" as never }, "seeds must be a list of whole numbers ≥ 0"],
  ])("refuses %o", (wrong, message) => {
    const file = join(folder, "none.jsonl");
    expect(() => seedStudy({ ...options, journal: file, ...wrong })).toThrow(message);
    expect(() => seedStudy({ ...options, journal: file, ...wrong })).toThrow(ArgumentError);
    expect(existsSync(file)).toBe(false);
  });
});
