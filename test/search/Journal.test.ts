import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Worker } from "node:worker_threads";
import { FileError } from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import { grid, type Objective, random, Study } from "../../lib/dist/search";
import { type BowlSpace, bowl, options, space, temporaryFolder } from "./studies";

const path = temporaryFolder();

/** A line as earlier versions wrote it, without a checksum. */
const unsigned = (line: string): string => line.replace(/,"crc":"[0-9a-f]{8}"\}$/, "}");

/** A journal of all twelve trials. */
async function finished(): Promise<{ journal: string; text: string; lines: string[] }> {
  const journal = path("deep/er/journal.jsonl");
  await new Study(options({ journal })).run();
  const text = readFileSync(journal, "utf8");
  return { journal, text, lines: text.split("\n").slice(0, -1) };
}

describe("a journal", () => {
  test("is a header and a line a trial, without dates", async () => {
    const { journal, lines } = await finished();
    const study = await new Study(options()).run();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        format: "scratch-nn study 1",
        name: "study",
        direction: "minimize",
        sampler: { name: "random", seed: 4 },
        setup: null,
        space,
      },
      ...study.trials.map((trial) => ({ ...trial, crc: expect.stringMatching(/^[0-9a-f]{8}$/) })),
    ]);
    expect(existsSync(`${journal}.lock`)).toBe(false);
  });

  test("lies in the project where its path is relative", async () => {
    vi.stubEnv("SCRATCH_NN_OUTPUT", path(""));
    await new Study(options({ journal: "relative.jsonl" })).run();
    vi.unstubAllEnvs();
    expect(existsSync(path("relative.jsonl"))).toBe(true);
    expect(() => new Study(options({ journal: "" }))).toThrow('Study: journal must be a path, got ""');
  });

  test("that is complete runs nothing and is not touched", async () => {
    const { journal, text } = await finished();
    const objective = vi.fn<Objective<BowlSpace>>(bowl);
    const study = await new Study(options({ journal, objective })).run();
    expect(study.trials).toHaveLength(12);
    expect([objective.mock.calls, readFileSync(journal, "utf8")]).toEqual([[], text]);
  });

  test("of fewer trials is continued, of more is cut in what is shown", async () => {
    const { journal, text } = await finished();
    expect(new Study(options({ journal, trials: 5 })).trials).toHaveLength(5);
    const objective = vi.fn<Objective<BowlSpace>>(bowl);
    const more = await new Study(options({ journal, objective, trials: 14 })).run();
    expect(objective.mock.calls.map(([{ number }]) => number)).toEqual([12, 13]);
    expect(more.trials).toEqual((await new Study(options({ trials: 14 })).run()).trials);
    expect(readFileSync(journal, "utf8").startsWith(text)).toBe(true);
  });

  test("cut off at any byte of its last line loses that trial only, and says so", async () => {
    const { journal, text, lines } = await finished();
    const last = Buffer.byteLength(lines.at(-1)!);
    const size = Buffer.byteLength(text);
    for (let cut = 1; cut <= last + 1; cut += cut < 4 || cut > last - 3 ? 1 : 23) {
      writeFileSync(journal, Buffer.from(text).subarray(0, size - cut));
      const onWarning = vi.fn();
      const objective = vi.fn<Objective<BowlSpace>>(bowl);
      const study = new Study(options({ journal, onWarning, objective }));
      const whole = cut === 1;
      expect(study.trials).toHaveLength(whole ? 12 : 11);
      await study.run();
      expect(objective.mock.calls.map(([{ number }]) => number)).toEqual(whole ? [] : [11]);
      const dropped = `${journal}: line 13 breaks off and was dropped, as after a crash; its trial runs again`;
      expect(onWarning.mock.calls).toEqual(whole || cut === last + 1 ? [] : [[dropped]]);
      expect(readFileSync(journal, "utf8")).toBe(whole ? text.slice(0, -1) : text);
    }
  });

  test("whose last line lacks only its end keeps it and goes on below", async () => {
    const { journal, text, lines } = await finished();
    writeFileSync(journal, lines.slice(0, 6).join("\n"));
    const onWarning = vi.fn();
    await new Study(options({ journal, onWarning })).run();
    expect([readFileSync(journal, "utf8"), onWarning.mock.calls]).toEqual([text, []]);
  });

  test("with lines in another order, or ends of another system, is the same study", async () => {
    const { journal, lines } = await finished();
    const { trials } = await new Study(options()).run();
    const [header, ...rest] = lines;
    writeFileSync(journal, `${[header, ...rest.reverse()].join("\r\n")}\r\n`);
    expect(new Study(options({ journal })).trials).toEqual(trials);
  });

  test("may have a byte order mark and empty lines, and keeps them", async () => {
    const { journal, lines } = await finished();
    const { trials } = await new Study(options()).run();
    for (const [mark, end] of [
      ["\uFEFF", "\n"],
      ["", "\n\n\n"],
      ["\uFEFF\n", "\r\n \r\n"],
      ["", "\n  "],
    ] as const) {
      const text = mark + lines.slice(0, 8).join("\n") + end;
      writeFileSync(journal, text);
      const onWarning = vi.fn();
      const study = new Study(options({ journal, onWarning }));
      expect(study.trials).toEqual(trials.slice(0, 7));
      expect((await study.run()).trials).toEqual(trials);
      expect(new Study(options({ journal })).trials).toEqual(trials);
      expect(readFileSync(journal, "utf8").startsWith(text)).toBe(true);
      expect(onWarning).not.toHaveBeenCalled();
    }
  });

  test("of an earlier version, without checksums, is read and continued", async () => {
    const { journal, text, lines } = await finished();
    const old = lines
      .slice(0, 8)
      .map((line) => `${unsigned(line)}\n`)
      .join("");
    writeFileSync(journal, old);
    const study = await new Study(options({ journal })).run();
    expect(study.trials).toEqual((await new Study(options()).run()).trials);
    expect(readFileSync(journal, "utf8")).toBe(old + text.split("\n").slice(8).join("\n"));
  });

  test("with a line that is there twice, to the byte, is the same study", async () => {
    const { journal, lines } = await finished();
    writeFileSync(journal, `${[...lines, lines[3], lines[5]].join("\n")}\n`);
    expect(new Study(options({ journal })).trials).toEqual((await new Study(options()).run()).trials);
  });

  test("with one bit changed gives no other trials", async () => {
    const journal = path("j");
    const { trials } = await new Study(options({ journal, trials: 3 })).run();
    const bytes = readFileSync(journal);
    const same = JSON.stringify(trials);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const spoilt = Buffer.from(bytes);
      spoilt[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(journal, spoilt);
      try {
        const read = new Study(options({ journal, trials: 3 })).trials;
        // A line whose end is changed may be the last, which then breaks off.
        const kept =
          JSON.stringify(read) === same || JSON.stringify(read) === JSON.stringify(trials.slice(0, -1));
        expect([bit, kept]).toEqual([bit, true]);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
      }
    }
  });

  test("may begin as an empty file", async () => {
    const { text } = await finished();
    writeFileSync(path("empty"), "");
    await new Study(options({ journal: path("empty") })).run();
    expect(readFileSync(path("empty"), "utf8")).toBe(text);
  });
});

describe("refuses, and leaves as it was,", () => {
  const other = { ...space, x: { ...space.x, high: 2 } };
  const { kind: _, ...without } = space;
  test.each<[Parameters<typeof options>[0], string]>([
    [{ space: other }, "space.x.high must be 2, got 1"],
    [{ space: without as never }, 'space.kind must be none, got {"kind":"choice","values":["a","b"]}'],
    [{ sampler: random({ seed: 5 }) }, "sampler.seed must be 5, got 4"],
    [
      { sampler: grid({ points: 4 }) },
      'sampler.name must be "grid", got "random"; sampler.points must be 4, got none; sampler.seed must be none, got 4',
    ],
    [{ direction: "maximize" }, 'direction must be "maximize", got "minimize"'],
    [{ setup: { epochs: 3 } }, 'setup must be {"epochs":3}, got null'],
    [{ name: "mine" }, 'name must be "mine", got "study"'],
  ])("the journal of another study: %o", async (changes, difference) => {
    const { journal, text } = await finished();
    const open = (): unknown => new Study(options({ journal, ...changes }));
    expect(open).toThrow(FileError);
    expect(open).toThrow(`${journal}: is the journal of another study: ${difference}`);
    expect(readFileSync(journal, "utf8")).toBe(text);
  });

  test("dimensions in another order, since a sampler draws in order", async () => {
    const { journal } = await finished();
    const { x, ...rest } = space;
    expect(() => new Study(options({ journal, space: { ...rest, x } }))).toThrow(
      "another study: space must be in the order rate, kind, x, got x, rate, kind; name another file",
    );
  });

  test.each<[string, (line: string) => string, string]>([
    ["cut", (line) => line.slice(0, -5), "no JSON object"],
    ["null", () => "null", "no JSON object"],
    ["without a number", () => '{"params":{}}', "number must be a whole number ≥ 0, got undefined"],
    ["a list", () => "[3]", "no JSON object"],
    ["changed", (line) => line.replace(/"x":[^,]+/, '"x":0.5'), "its checksum is not that of what it says"],
    ["of more", (line) => unsigned(line).replace("{", '{"time":1,'), 'a trial has no "time"'],
    [
      "outside",
      (line) => unsigned(line).replace(/"x":[^,]+/, '"x":9'),
      'params.x must be of {"kind":"uniform","low":-1,"high":1}, got 9',
    ],
    [
      "without a value",
      (line) => unsigned(line).replace(/"value":[^,]+/, '"value":"1"'),
      "value must be a number or null, got 1",
    ],
    [
      "again",
      (line) => unsigned(line).replace('"number":4', '"number":3'),
      "trial 3 is there twice, and differs",
    ],
  ])("a line in the middle that is %s", async (_, spoil, problem) => {
    const { journal, lines } = await finished();
    const spoilt = `${lines.map((line, i) => (i === 5 ? spoil(line) : line)).join("\n")}\n`;
    writeFileSync(journal, spoilt);
    const open = (): unknown => new Study(options({ journal }));
    expect(open).toThrow(FileError);
    expect(open).toThrow(`${journal}: line 6 is damaged (${problem}); mend or remove it by hand`);
    expect(readFileSync(journal, "utf8")).toBe(spoilt);
  });

  test.each(["not a journal", "not a journal\n", "{}\n", "null\n"])("another file: %o", (content) => {
    writeFileSync(path("other"), content);
    expect(() => new Study(options({ journal: path("other") }))).toThrow("line 1 is damaged (no header)");
    expect(readFileSync(path("other"), "utf8")).toBe(content);
  });

  test("one that somebody else writes to", async () => {
    const journal = path("j");
    const objective: Objective<BowlSpace> = (trial) => {
      if (trial.number === 3) writeFileSync(journal, "mine\n", { flag: "a" });
      return bowl(trial);
    };
    const study = new Study(options({ journal, objective }));
    await expect(study.run()).rejects.toThrow(
      /j: was written to by somebody else: expected \d+ bytes, got \d+/,
    );
    expect(readFileSync(journal, "utf8")).toMatch(/\}\nmine\n$/);
  });

  test("one that cannot be written", async () => {
    writeFileSync(path("file"), "");
    for (const journal of [path("file/j"), path("")]) {
      expect(() => new Study(options({ journal }))).toThrow(FileError);
      expect(() => new Study(options({ journal }))).toThrow(`${journal}: could not be read: E`);
    }
    const study = new Study(options({ journal: path("folder/j") }));
    writeFileSync(path("folder"), "");
    await expect(study.run()).rejects.toThrow("j.lock: could not be made: E");
  });
});

describe("two writers on one journal", () => {
  const dead = 999_999_999;
  const ownOf = (lock: string): Record<string, unknown> => JSON.parse(readFileSync(lock, "utf8")) as never;

  /** Runs a study while `work` is done in its fourth trial. */
  async function meanwhile(journal: string, work: () => unknown): Promise<unknown> {
    let done: unknown;
    const objective: Objective<BowlSpace> = async (trial) => {
      if (trial.number === 3) done = await work();
      return bowl(trial);
    };
    await new Study(options({ journal, objective })).run();
    return done;
  }
  const refused = (journal: string): Promise<unknown> =>
    new Study(options({ journal })).run().catch((error: unknown) => error);

  test("the second is refused, by another name of the file too", async () => {
    const journal = path("j");
    mkdirSync(path("deep"));
    symlinkSync(journal, path("deep/link"));
    symlinkSync(path("deep"), path("folder"));
    for (const other of [journal, path("deep/link"), path("folder/link"), path("deep/../j")]) {
      rmSync(journal, { force: true });
      const error = await meanwhile(journal, () => refused(other));
      expect(error).toBeInstanceOf(FileError);
      expect((error as Error).message).toBe(
        `${journal}: is in use by process ${process.pid}; wait until it has ended ` +
          `(if there is no such run, delete ${journal}.lock)`,
      );
      rmSync(journal);
      // The first run goes through the link.
      expect(await meanwhile(other, () => refused(journal))).toBeInstanceOf(FileError);
      expect(existsSync(journal)).toBe(true);
    }
    expect(readdirSync(path("")).sort()).toEqual(["deep", "folder", "j"]);
  });

  test("in another thread of this process it is refused, too", async () => {
    const journal = path("j");
    const script = `
      const { parentPort, workerData } = require("node:worker_threads");
      const { Study, uniform, logUniform, choice, random } = require("scratch-nn").search;
      const space = { x: uniform(-1, 1), rate: logUniform(1e-3, 1), kind: choice(["a", "b"]) };
      const study = new Study({
        space, sampler: random({ seed: 4 }), trials: 12, direction: "minimize", journal: workerData,
        objective: () => ({ value: 1 }),
      });
      study.run().then(() => parentPort.postMessage("ran"), (error) => parentPort.postMessage(error.message));`;
    const said = await meanwhile(journal, async () => {
      const worker = new Worker(script, { eval: true, workerData: journal });
      const [message] = (await once(worker, "message")) as [string];
      await worker.terminate();
      return message;
    });
    expect(said).toMatch(`is in use by process ${process.pid}; wait until`);
  });

  test("a lock is taken over from an owner that has ended, and only from it", async () => {
    const journal = path("j");
    const lock = `${journal}.lock`;
    const own = (await meanwhile(journal, () => ownOf(lock))) as Record<string, unknown>;
    expect(Object.keys(own)).toEqual([
      "pid",
      "thread",
      "started",
      "host",
      "machine",
      "boot",
      "namespace",
      "token",
    ]);
    const living = { ...own, pid: process.ppid, started: "" };
    const elsewhere = { ...own, pid: dead, host: "node-7" };
    for (const [owner, words] of [
      [living, `process ${process.ppid};`],
      [process.ppid, `process ${process.ppid};`],
      [elsewhere, `process ${dead} on node-7;`],
      [{ ...own, pid: dead, namespace: "pid:[1]" }, `process ${dead};`],
      [{ ...own, pid: dead, machine: "", boot: "other", namespace: "pid:[1]" }, `process ${dead};`],
      [{ ...own, thread: 7 }, `thread 7 of process ${process.pid};`],
    ] as const) {
      rmSync(journal);
      writeFileSync(lock, JSON.stringify(owner));
      const error = await refused(journal);
      expect(error).toBeInstanceOf(FileError);
      expect((error as Error).message).toMatch(`is in use by ${words}`);
      expect(existsSync(journal)).toBe(false);
      writeFileSync(journal, "");
    }
    for (const owner of [
      own,
      dead,
      { ...own, pid: dead },
      { ...own, pid: process.ppid, started: "1" },
      { ...own, thread: 7, started: "1" },
    ]) {
      rmSync(journal);
      writeFileSync(lock, JSON.stringify(owner));
      writeFileSync(`${lock}.12345`, "12345");
      expect((await new Study(options({ journal })).run()).done).toBe(true);
      expect(readdirSync(path(""))).toEqual(["j"]);
    }
  });

  test("a lock that nobody has written into is waited for, then taken over", async () => {
    const journal = path("j");
    writeFileSync(`${journal}.lock`, "");
    expect((await new Study(options({ journal })).run()).done).toBe(true);
    expect(readdirSync(path(""))).toEqual(["j"]);
  });

  test.each(["taken", "gone"])("a writer whose lock is %s writes no more", async (how) => {
    const journal = path("j");
    const lock = `${journal}.lock`;
    const taker = JSON.stringify({ pid: 7, host: "node-7", token: "other" });
    const running = meanwhile(journal, () => {
      if (how === "taken") writeFileSync(lock, taker);
      else rmSync(lock);
    });
    const who = how === "taken" ? "process 7 on node-7" : "somebody";
    await expect(running).rejects.toThrow(
      `j: lost its lock ${lock}, which ${who} took away; nothing was written`,
    );
    expect(new Study(options({ journal })).trials).toHaveLength(3);
    if (how === "taken") expect(readFileSync(lock, "utf8")).toBe(taker);
  });
});
