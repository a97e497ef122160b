import { join } from "node:path";
import { ArgumentError, FileError } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import {
  type AnyObjective,
  bayesian,
  type DatasetSource,
  type Place,
  processors,
  Study,
  type StudyReport,
} from "../../lib/dist/search";
import { type BowlSpace, bowl, journalLines, options, temporaryFolder } from "./studies";

const path = temporaryFolder();
const file = join(__dirname, "../helpers/tasks.cjs");
const [one, two] = [1, 2].map((workers) => processors({ workers })) as [Place, Place];
afterAll(() => Promise.all([one.close(), two.close()]));
const objective = { file, export: "bowl" };

describe("an objective that is a module", () => {
  test("gives one journal in this thread, on one worker and on two", async () => {
    const journals: string[][] = [];
    for (const on of ["thread", one, two, undefined] as const) {
      const journal = path(String(journals.length));
      const reports: StudyReport[] = [];
      const onReport = (report: StudyReport): number => reports.push(report);
      const sampler = bayesian({ seed: 2, startup: 6, round: 2 });
      const study = await new Study(options({ objective, sampler, journal, on, onReport })).run();
      journals.push(journalLines(journal));
      expect(reports.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
        study.trials.map(({ number }) => number),
      );
      expect(reports.every(({ number, epoch, value }) => epoch === 1 && value === number)).toBe(true);
    }
    for (const lines of journals) expect(lines).toEqual(journals[0]);
    const trials = journals[0]!.slice(1).map((line) => JSON.parse(line) as { error?: string });
    expect(trials[3]!.error).toBe("does not fit");
    expect(trials[5]!.error).toBe("fit: the loss must stay finite, got NaN");
  });

  test("has options that stand in the journal", async () => {
    const scaled = (scale: number): AnyObjective<BowlSpace> => ({
      file,
      export: "scaled",
      options: { scale },
    });
    const journal = path("j");
    const study = await new Study(options({ objective: scaled(3), on: two, journal })).run();
    for (const { value, params } of study.trials) expect(value).toBe(3 * bowl({ params }).value);
    expect(() => new Study(options({ objective: scaled(4), journal }))).toThrow(
      "is the journal of another study: objective.scale must be 4, got 3",
    );
  });

  test.each(["thread", one] as const)("has data that is loaded where it runs: %o", async (on) => {
    const from = (numbers: DatasetSource): AnyObjective<BowlSpace> => ({
      file,
      export: "sumOf",
      data: { numbers },
    });
    const source = { file, export: "numbers", options: { count: 5 } };
    const study = await new Study(options({ objective: from(source), on })).run();
    for (const { value, params } of study.trials) expect(value).toBe(params.x + 10);
    const wrong = new Study(options({ objective: from({ file, export: "none" }), on }));
    await expect(wrong.run()).rejects.toThrow(`${file}, data numbers: dataset must be a Dataset, got 3`);
    expect(() => new Study(options({ objective: from({ file: "nowhere.js" }), on }))).toThrow(FileError);
  });

  test.each(["thread", one] as const)("that slips ends the run: %o", async (on) => {
    const study = new Study(options({ objective: { file, export: "slip" }, on, journal: path("j") }));
    const error: unknown = await study.run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(
      /^objective, trial 0: it must return .* write return \{ value: 0.93 \}$/,
    );
    expect(study.trials).toEqual([]);
    const missing = new Study(options({ objective: { file, export: "nothing" }, on }));
    await expect(missing.run()).rejects.toThrow(`${file}: export nothing must be a function, got undefined`);
  });

  test("that is not there is refused at once", () => {
    expect(() => new Study(options({ objective: { file: "nowhere.js" } }))).toThrow(FileError);
  });
});
