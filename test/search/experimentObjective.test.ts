import { ArgumentError, fit as fitModel, ScratchError } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { ExperimentPool, prepareExperiment } from "../../lib/dist/experiments";
import { experimentObjective, integer, logUniform, random, Study } from "../../lib/dist/search";
import { data, experiment, halves } from "../experiments/experiments";

const pool = new ExperimentPool(data, { workers: 2 });
afterAll(() => pool.close());

const space = { learningRate: logUniform(0.01, 0.5), hidden: integer(2, 8) };
const settings = { space, sampler: random({ seed: 1 }), trials: 5, direction: "maximize" } as const;
const objective = experimentObjective<typeof space>({
  pool,
  experiment: ({ params: { learningRate, hidden } }) => experiment({ learningRate, hidden: [hidden] }),
});

describe("experimentObjective", () => {
  test("gives what fit gives, on one worker and on two", async () => {
    const { trials } = await new Study({ ...settings, objective }).run();
    const both = await new Study({ ...settings, objective, parallel: 2 }).run();
    expect(both.trials).toEqual(trials);
    const { learningRate, hidden } = trials[3]!.params;
    const { model, options } = prepareExperiment(experiment({ learningRate, hidden: [hidden] }), data);
    const history = await fitModel(model, options);
    expect(trials[3]!.value).toBe(history.last.validationAccuracy);
    expect(trials[3]!.curves!.trainLoss).toEqual(history.trainLoss);
    expect(trials[3]!.curves!.validationAccuracy).toEqual(history.validationAccuracy);
  });

  test("judges by another value", async () => {
    const byLoss = experimentObjective<typeof space>({
      pool,
      experiment: ({ params: { learningRate } }) => experiment({ learningRate }),
      value: ({ validationLoss }) => Math.min(...validationLoss),
    });
    const { best } = await new Study({ ...settings, objective: byLoss, direction: "minimize" }).run();
    expect(best.value).toBe(Math.min(...(best.curves!.validationLoss as number[])));
  });

  test("a loss that diverges is a failed trial", async () => {
    const wild = experimentObjective<typeof space>({
      pool,
      experiment: ({ number, params: { learningRate } }) =>
        experiment(
          number === 1 ? { learningRate: 1e6, init: "standardNormal", hidden: [16, 16] } : { learningRate },
        ),
    });
    const study = await new Study({ ...settings, objective: wild }).run();
    expect(study.trials.map(({ value }) => value === null)).toEqual([false, true, false, false, false]);
    expect(study.trials[1]!.error).toMatch(/^trial 1: fit: the loss must stay finite, got /);
  });

  test("a stop ends the training", async () => {
    const controller = new AbortController();
    const endless = experimentObjective<typeof space>({
      pool,
      experiment: ({ number }) => {
        if (number === 2) setImmediate(() => controller.abort());
        return experiment(number < 2 ? {} : { epochs: 1_000_000 });
      },
    });
    const study = new Study({ ...settings, objective: endless, signal: controller.signal });
    expect((await study.run()).trials.map(({ number }) => number)).toEqual([0, 1]);
    expect((await pool.run(experiment())).history.epochs).toHaveLength(3);
  });
});

describe("ExperimentPool", () => {
  test("tells epochs and steps, and ends the training if a callback throws", async () => {
    const epochs: number[] = [];
    let steps = 0;
    const { history } = await pool.run(experiment(), {
      onEpoch: ({ epoch }) => epochs.push(epoch),
      onStep: (more) => {
        steps += more;
      },
    });
    expect([epochs, steps, history.interrupted]).toEqual([[1, 2, 3], 15, false]);
    const error = new RangeError("mine");
    const onEpoch = (): void => {
      throw error;
    };
    await expect(pool.run(experiment({ epochs: 1_000_000 }), { onEpoch })).rejects.toBe(error);
  });

  test("stopped keeps the finished epochs", async () => {
    const controller = new AbortController();
    const { history, error } = await pool.run(experiment({ epochs: 1_000_000 }), {
      signal: controller.signal,
      onEpoch: () => controller.abort(),
    });
    expect([history.epochs.length > 0, history.interrupted, error]).toEqual([true, true, undefined]);
    const early = await pool.run(experiment(), { signal: AbortSignal.abort() });
    expect([early.history.epochs, early.history.interrupted]).toEqual([[], true]);
  });

  test("refuses what runExperiments refuses", async () => {
    expect(() => new ExperimentPool(data, { workers: 0 })).toThrow(ArgumentError);
    expect(() => new ExperimentPool({ ...data, train: halves({ count: 0 }) })).toThrow(ScratchError);
    await expect(pool.run(experiment({ batchSize: 0 }))).rejects.toThrow(
      "ExperimentPool.run: experiment healthy: batchSize must be a whole number > 0, got 0",
    );
  });
});
