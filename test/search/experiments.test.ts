import { ArgumentError, fit as fitModel } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { prepareExperiment } from "../../lib/dist/experiments";
import {
  type ExperimentObjective,
  integer,
  logUniform,
  processors,
  random,
  Study,
  type StudyReport,
} from "../../lib/dist/search";
import { data, experiment } from "../experiments/experiments";

const on = processors({ workers: 2 });
afterAll(() => on.close());

const space = { learningRate: logUniform(0.01, 0.5), hidden: integer(2, 8) };
const settings = { space, sampler: random({ seed: 1 }), trials: 5, direction: "maximize" } as const;
const objective: ExperimentObjective<typeof space> = {
  data,
  experiment: ({ params: { learningRate, hidden } }) => experiment({ learningRate, hidden: [hidden] }),
};

describe("a study of experiments", () => {
  test("gives what fit gives, in this thread, on one worker and on two", async () => {
    const { trials } = await new Study({ ...settings, objective, on: "thread" }).run();
    for (const parallel of [1, 2]) {
      const reports: StudyReport[] = [];
      const onReport = (report: StudyReport): number => reports.push(report);
      const study = new Study({ ...settings, objective, on, parallel, onReport });
      expect((await study.run()).trials).toEqual(trials);
      const third = reports.filter(({ number }) => number === 3);
      expect(third.map(({ value }) => value)).toEqual(trials[3]!.curves!.validationAccuracy);
      expect(third.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    }
    expect((await new Study({ ...settings, objective }).run()).trials).toEqual(trials);
    const { learningRate, hidden } = trials[3]!.params;
    const { model, options } = prepareExperiment(experiment({ learningRate, hidden: [hidden] }), data);
    const history = await fitModel(model, options);
    expect(trials[3]!.value).toBe(history.last.validationAccuracy);
    expect(trials[3]!.curves!.trainLoss).toEqual(history.trainLoss);
    expect(trials[3]!.curves!.validationAccuracy).toEqual(history.validationAccuracy);
  });

  test("judges by another value", async () => {
    const value: typeof objective.value = ({ validationLoss }) => Math.min(...validationLoss);
    const study = new Study({ ...settings, objective: { ...objective, value }, on, direction: "minimize" });
    const { best } = await study.run();
    expect(best.value).toBe(Math.min(...(best.curves!.validationLoss as number[])));
  });

  test.each(["thread", on] as const)("a loss that diverges is a failed trial: %o", async (where) => {
    const wild: typeof objective = {
      data,
      experiment: ({ number, params: { learningRate } }) =>
        experiment(
          number === 1 ? { learningRate: 1e6, init: "standardNormal", hidden: [16, 16] } : { learningRate },
        ),
    };
    const study = await new Study({ ...settings, objective: wild, on: where }).run();
    expect(study.trials.map(({ value }) => value === null)).toEqual([false, true, false, false, false]);
    expect(study.trials[1]!.error).toMatch(/^fit: the loss must stay finite, got /);
  });

  test("a stop ends the training", async () => {
    const controller = new AbortController();
    const endless: typeof objective = {
      data,
      experiment: ({ number }) => {
        if (number === 2) setImmediate(() => controller.abort());
        return experiment(number < 2 ? {} : { epochs: 1_000_000 });
      },
    };
    const study = new Study({
      ...settings,
      objective: endless,
      on,
      parallel: 1,
      signal: controller.signal,
    });
    expect((await study.run()).trials.map(({ number }) => number)).toEqual([0, 1]);
    expect((await new Study({ ...settings, objective, on }).run()).done).toBe(true);
  });

  test.each(["thread", on] as const)("an experiment that is none ends the run: %o", async (where) => {
    const wrong: typeof objective = { data, experiment: () => experiment({ batchSize: 0 }) };
    const study = new Study({ ...settings, objective: wrong, on: where });
    await expect(study.run()).rejects.toThrow(
      new ArgumentError(
        "prepareExperiment",
        "experiment healthy: batchSize must be a whole number > 0, got 0",
      ),
    );
    expect(study.trials).toEqual([]);
  });
});
