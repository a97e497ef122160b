import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ArgumentError, EnvironmentError } from "scratch-nn";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type AnyObjective,
  type AnySampler,
  bayesian,
  type DatasetSource,
  grid,
  type QueueOptions,
  queue,
  random,
  Study,
  type StudyOptions,
  type StudyReport,
  successiveHalving,
  type WorkerRow,
} from "../../lib/dist/search";
import { data, experiment } from "../experiments/experiments";
import { QueueWorkers } from "../helpers/QueueWorkers";
import { hasRedis, RedisServer } from "../helpers/redisServer";
import { type BowlSpace, journalLines, options, temporaryFolder } from "./studies";

const path = temporaryFolder();
const file = join(__dirname, "../helpers/tasks.cjs");
const slow = (ms: number): AnyObjective<BowlSpace> => ({ file, export: "slowBowl", options: { ms } });
const SAMPLERS: readonly AnySampler[] = [
  grid({ points: { x: 3, rate: 2 } }),
  random({ seed: 4 }),
  bayesian({ seed: 2, startup: 4, round: 2 }),
  successiveHalving({ sampler: random({ seed: 3 }), candidates: 9, budgets: [1, 3] }),
];

test("an address, a name or an option that is none is refused at once", () => {
  expect(() => queue("localhost")).toThrow(
    new ArgumentError("queue", 'url must be one such as "redis://host:6379", got "localhost"'),
  );
  expect(() => queue("http://me:secret@host")).toThrow('got "http://host"');
  expect(() => queue("redis://host", { name: "a:b" })).toThrow("name must be of letters, digits, - and _");
  expect(() => queue("redis://host", { parallel: 0 })).toThrow("parallel must be a whole number > 0, got 0");
  expect(() => queue("redis://host", { onStop: "wait" as never })).toThrow(
    'onStop must be "giveUp" or "finish", got "wait"',
  );
  expect(() => queue("redis://host", { lock: 3 } as QueueOptions)).toThrow('unknown option "lock"');
  const on = queue("redis://me:secret@host");
  expect(on.name).toBe("queue redis://host");
  expect(() => new Study(options({ on }))).toThrow(
    "objective must be { file, export } or { experiment, data }",
  );
  const objective: AnyObjective<BowlSpace> = { data, experiment: () => experiment({}) };
  expect(() => new Study(options({ on, objective }))).toThrow(
    "objective must be one whose data.train is { file, export }, as a dataset does not travel, to run on queue",
  );
});

describe.skipIf(!hasRedis())("a queue", () => {
  let server: RedisServer;
  let workers: QueueWorkers;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => workers?.end());
  afterAll(() => server?.remove());

  const start = (count: number): void => {
    workers = new QueueWorkers(server.url);
    for (let i = 0; i < count; i++) workers.start();
  };

  /** A study on the queue whose journal must in the end be that of a run on one machine. */
  const expectSame = async (
    changes: Partial<StudyOptions<BowlSpace>>,
    during: (study: Study<BowlSpace>) => Promise<void> = async () => {},
    queueOptions: QueueOptions = {},
  ): Promise<void> => {
    const [here, there] = [path(`here ${Math.random()}`), path(`there ${Math.random()}`)];
    await new Study(options({ ...changes, on: "thread", parallel: 12, journal: here })).run();
    const study = new Study(options({ ...changes, on: queue(server.url, queueOptions), journal: there }));
    await Promise.all([study.run(), during(study)]);
    expect(journalLines(there)).toEqual(journalLines(here));
  };

  test.each([1, 2, 5])("gives the journal of one machine, with %i workers", async (count) => {
    start(count);
    for (const sampler of SAMPLERS) {
      const { trials: _, ...rest } = options({ sampler, objective: { file, export: "bowl" } });
      await expectSame(sampler.count?.(rest.space) === undefined ? { ...rest, trials: 12 } : rest);
    }
    await nothingLeft();
  });

  /** Workers that hear late that a study is over clean up late, too. */
  const nothingLeft = async (): Promise<void> => {
    while ((await server.keys()).some((key) => !key.includes(":worker"))) await wait(20);
  };

  test("trains experiments, on data that workers load", async () => {
    start(2);
    const source = (count: number): DatasetSource => ({ file, export: "stripes", options: { count } });
    const objective: AnyObjective<BowlSpace> = {
      data: { train: source(60), validation: source(20) },
      experiment: ({ params, number }) =>
        experiment(
          number === 3 ? { learningRate: 1e6, init: "standardNormal" } : { learningRate: params.rate },
        ),
    };
    const reports: StudyReport[] = [];
    await expectSame({
      objective,
      trials: 6,
      direction: "maximize",
      onReport: (report) => reports.push(report),
    });
    expect(reports.length).toBeGreaterThan(0);
  });

  test("tells curves and workers while it runs", async () => {
    start(2);
    const rows: WorkerRow[] = [];
    const reports: StudyReport[] = [];
    await expectSame({ objective: slow(900), onReport: (report) => reports.push(report) }, async () => {}, {
      onWorkers: (found) => rows.push(...found),
    });
    const curve = reports.filter(({ number }) => number === 5).slice(-4);
    expect(curve.map(({ epoch, value }) => [epoch, value])).toEqual([1, 2, 3, 4].map((e) => [e, 5 + e / 4]));
    expect(new Set(rows.map(({ worker }) => worker)).size).toBeGreaterThanOrEqual(2);
    expect(rows.some(({ running }) => running.some(({ seconds }) => seconds > 0))).toBe(true);
  });

  test("a slip of the objective ends the run, with its own error", async () => {
    start(1);
    const study = new Study(options({ objective: { file, export: "slip" }, on: queue(server.url) }));
    await expect(study.run()).rejects.toThrow(ArgumentError);
    await expect(study.run()).rejects.toThrow("write return { value: 0.93 }");
  });

  test("loses and repeats nothing when workers are killed and others come", async () => {
    start(3);
    await expectSame({ objective: slow(300), trials: 20 }, async () => {
      for (let kills = 0; kills < 4; kills++) {
        await wait(700 + Math.random() * 500);
        [...workers.running][0]?.kill("SIGKILL");
        workers.start();
      }
    });
  });

  test("gives the trials of a worker that sleeps to others, and compares what it says when it wakes", async () => {
    start(2);
    await expectSame({ objective: slow(1_000), trials: 8 }, async () => {
      await wait(2_500);
      const [sleeper] = workers.running;
      sleeper?.kill("SIGSTOP");
      await wait(4_000);
      sleeper?.kill("SIGCONT");
    });
  });

  test("goes on after Redis slept, was killed and lost everything", async () => {
    start(2);
    await expectSame({ objective: slow(300), trials: 40 }, async () => {
      await wait(2_000);
      await server.pause(3);
      await wait(500);
      await server.flush();
      await wait(1_500);
      await server.stop();
      await wait(1_000);
      await server.start();
    });
  });

  test("has one coordinator, and another takes over from one that was killed", async () => {
    start(2);
    const settings = { objective: slow(600), trials: 10 };
    await expectSame(settings, async () => {
      await wait(1_500);
      const second = new Study(options({ ...settings, on: queue(server.url) }));
      await expect(second.run()).rejects.toThrow(EnvironmentError);
      await expect(second.run()).rejects.toThrow(/the study is run by process \d+ already; wait until it/);
    });
  });

  test("stops and shows both where a trial gives two results", async () => {
    start(2);
    const objective = { file, export: "unsteady" };
    const study = new Study(options({ objective, trials: 40, on: queue(server.url) }));
    const run = study.run();
    const pause = async (): Promise<void> => {
      while (study.trials.length < 2) await wait(10);
      const [sleeper] = workers.running;
      sleeper?.kill("SIGSTOP");
      await wait(5_000);
      sleeper?.kill("SIGCONT");
    };
    const [error] = await Promise.all([run.catch((reason: unknown) => reason), pause()]);
    expect(String(error)).toMatch(
      /trial \d+ must give one result, got two: .*"value":\d+.*, and .*"value":\d+/,
    );
  });

  test("refuses a worker that is not the same, in a line that says what differs", async () => {
    workers = new QueueWorkers(server.url);
    const folder = path("project");
    mkdirSync(join(folder, "test/helpers"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "name": "scratch-nn-notebooks" }');
    writeFileSync(join(folder, "test/helpers/tasks.cjs"), `${readFileSync(file, "utf8")}\n// changed`);
    workers.start([], { cwd: folder });
    workers.start([], { env: { ...process.env, SCRATCH_NN_TEST_SHIFT: "1" } });
    const plain = {
      ...process.env,
      NODE_OPTIONS: `--require ${join(__dirname, "../helpers/plainSimd.cjs")}`,
    };
    workers.start([], { env: plain });
    const warnings: string[] = [];
    const numbers: DatasetSource = { file, export: "stripes", options: { count: 9 } };
    const objective: AnyObjective<BowlSpace> = { file, export: "sumOf", data: { numbers } };
    await expectSame({ objective, onWarning: (warning) => warnings.push(warning) }, async () => {
      await workers.heard("this machine: objective must be ");
      await workers.heard("this machine: data.numbers must be ");
      await workers.heard('this machine: simd must be "relaxed", got "simd"; numerics must be ');
      while (warnings.length < 3) await wait(20);
      workers.start();
    });
    expect(warnings.every((warning) => /process \d+ gets no trials: this machine: /.test(warning))).toBe(
      true,
    );
    await workers.end();
    workers.start(["--allow-other-numerics"], { env: plain });
    const study = await new Study(
      options({ objective, on: queue(server.url), journal: path("marked") }),
    ).run();
    expect(study.trials.every(({ numerics }) => /^[0-9a-f]{16}$/.test(numerics ?? ""))).toBe(true);
    expect(new Study(options({ objective, journal: path("marked") })).trials).toEqual(study.trials);
  });
});
