import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { FileError } from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import { grid, type Objective, random, Study } from "../../lib/dist/search";
import { type BowlSpace, bowl, options, space, temporaryFolder } from "./studies";

const path = temporaryFolder();

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
      ...study.trials,
    ]);
    expect(existsSync(`${journal}.lock`)).toBe(false);
  });

  test("lies in the project where its path is relative", async () => {
    vi.stubEnv("SCRATCH_NN_OUTPUT", path(""));
    await new Study(options({ journal: "relative.jsonl" })).run();
    vi.unstubAllEnvs();
    expect(existsSync(path("relative.jsonl"))).toBe(true);
    expect(() => new Study(options({ journal: "" }))).toThrow("Study: journal must not be empty");
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
    [{ space: other }, "it has space.x.high 1, this study space.x.high 2"],
    [
      { space: without as never },
      'it has space.kind {"kind":"choice","values":["a","b"]}, this study no space.kind',
    ],
    [{ sampler: random({ seed: 5 }) }, "it has sampler.seed 4, this study sampler.seed 5"],
    [{ sampler: grid({ points: 4 }) }, 'it has sampler.name "random", this study sampler.name "grid"'],
    [{ direction: "maximize" }, 'it has direction "minimize", this study direction "maximize"'],
    [{ setup: { epochs: 3 } }, 'it has setup null, this study setup {"epochs":3}'],
    [{ name: "mine" }, 'it has name "study", this study name "mine"'],
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
      "another study: it has space {",
    );
  });

  test.each<[string, (line: string) => string, string]>([
    ["cut", (line) => line.slice(0, -5), "no JSON object"],
    ["empty", () => "", "no JSON object"],
    ["null", () => "null", "no JSON object"],
    ["without a number", () => '{"params":{}}', "number must be a whole number ≥ 0, got undefined"],
    [
      "outside",
      (line) => line.replace(/"x":[^,]+/, '"x":9'),
      'params.x must be of {"kind":"uniform","low":-1,"high":1}, got 9',
    ],
    [
      "without a value",
      (line) => line.replace(/"value":[^,]+/, '"value":"1"'),
      "value must be a number or null, got 1",
    ],
    ["again", (line) => line.replace('"number":4', '"number":3'), "trial 3 is there twice"],
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

  test("one that a living process has", async () => {
    const journal = path("j");
    let second: unknown;
    const objective: Objective<BowlSpace> = async (trial) => {
      second ??= await new Study(options({ journal })).run().catch((error: unknown) => error);
      return bowl(trial);
    };
    await new Study(options({ journal, objective })).run();
    expect(second).toBeInstanceOf(FileError);
    expect((second as Error).message).toMatch(`${journal}: is in use by process ${process.pid}; wait until`);
    writeFileSync(`${journal}.lock`, String(process.ppid));
    const more = new Study(options({ journal, trials: 13 }));
    await expect(more.run()).rejects.toThrow(`is in use by process ${process.ppid}`);
    writeFileSync(`${journal}.lock`, "999999999");
    expect((await more.run()).trials).toHaveLength(13);
    expect(existsSync(`${journal}.lock`)).toBe(false);
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
