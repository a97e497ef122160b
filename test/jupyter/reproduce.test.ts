import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { judge, toleranceText } from "../../lib/dist/jupyter/reproduce/judge";
import type { Reproduction } from "../../lib/dist/jupyter/reproduce/report";
import { Project } from "./helpers/project";

describe("judge", () => {
  const row = { what: "x", published: 0.93, ours: 0.95, why: "" };

  test.each([
    [{ ...row, tolerance: 0.02 }, "reproduced"],
    [{ ...row, tolerance: 0.0199 }, "outside"],
    [{ ...row, tolerance: [0, 0.02] as const }, "reproduced"],
    [{ ...row, tolerance: [0.02, 0] as const }, "outside"],
    [{ ...row, ours: 0.91, tolerance: [0.02, 0] as const }, "reproduced"],
    [{ ...row, published: 9808, ours: 10_000 * 0.9808, tolerance: 0 }, "reproduced"],
    [{ ...row, ours: Number.NaN, tolerance: 1 }, "outside"],
    [row, "no tolerance stated"],
    [{ ...row, published: null, tolerance: 1 }, "nothing published"],
    [{ ...row, ours: null, tolerance: 1 }, "not run"],
  ])("%j is %s", (row, verdict) => {
    expect(judge(row, "0.950", undefined)).toBe(verdict);
    expect(judge(row, "0.950", "0.950")).toBe(verdict);
    expect(judge(row, "0.950", "0.951")).toBe("changed");
  });

  test("tolerances in words", () => {
    expect([undefined, 0, 0.01, [0, 1] as const].map(toleranceText)).toEqual(["–", "±0", "±0.01", "−0 +1"]);
  });
});

describe("npm run reproduce", () => {
  const project = new Project("lib/dist/jupyter/reproduce/command.js");
  afterAll(() => project.remove());

  const card = (ours: number, tolerance = 0.1): string =>
    `// scorecard\nimport * as nn from "scratch-nn/notebook";
     nn.saveModel(new nn.Linear(2, 1, { random: new nn.RandomState(1) }), "data/models/small.safetensors");
     nn.scorecard([{ what: "accuracy", published: 0.9, ours: ${ours}, why: "chance", tolerance: ${tolerance} }]);`;
  const record = (path: string): Reproduction => JSON.parse(project.text(path));

  test("runs every notebook with a scorecard, judges its rows and writes what came out", async () => {
    project.write("one", ["# Title", card(0.95)]);
    project.write("two", [card(0.9, 0)]);
    project.write("none", ["throw new Error('no scorecard: nobody runs this')"]);
    const { exitCode, stdout, stderr } = await project.run();
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^It will take about \d/);
    expect(stdout).toContain("Every row that can be judged lies within its tolerance.");
    const { reproduced, quick, machine, notebooks } = record("REPRODUCED.json");
    expect([reproduced, quick]).toEqual([true, false]);
    expect(machine.numerics).toMatch(/^[0-9a-f]{16}$/);
    expect(notebooks.map(({ notebook }) => notebook)).toEqual(["one", "two"]);
    const [first] = notebooks;
    expect(first!.rows).toEqual([
      { what: "accuracy", published: 0.9, ours: 0.95, why: "chance", tolerance: 0.1, verdict: "reproduced" },
    ]);
    expect(first!.seconds).toBeGreaterThan(0);
    expect(first!.peakMemory).toBeGreaterThan(2 ** 25);
    expect(first!.weights).toEqual([
      {
        file: "small.safetensors",
        bytes: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(first!.weights[0]!.sha256).toBe(notebooks[1]!.weights[0]!.sha256);
    const page = project.text("REPRODUCED.md");
    expect(page).toMatch(/\| accuracy \| +0.900 \| 0.950 \| +±0.1 \| reproduced \|/);
    expect(existsSync(project.path("data/models/small.safetensors"))).toBe(true);
    expect(project.notebook("notebooks/one.ipynb").cells[1]!.outputs).toEqual([]);
  });

  test("fails when a row falls out, when a number of this release changes, and when a notebook fails", async () => {
    project.write("two", [card(0.7)]);
    const outside = await project.run("--only", "two");
    expect(outside.exitCode).toBe(1);
    expect(outside.stdout).toContain("outside: accuracy: published 0.9, ours 0.7");

    project.write("two", [card(0.95)]);
    mkdirSync(project.path("data"), { recursive: true });
    const rows = [{ what: "accuracy", published: "0.900", ours: "0.940" }];
    const results = { format: "scratch-nn results 1", notebooks: { two: rows } };
    writeFileSync(project.path("data/results.json"), JSON.stringify(results));
    const changed = await project.run("--only", "two");
    expect(changed.exitCode).toBe(1);
    expect(changed.stdout).toContain("changed: accuracy");

    project.write("two", [card(0.95), "throw new Error('no luck')"]);
    const failed = await project.run("--only", "two");
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain("no luck");
    expect(record(".scratch/REPRODUCED.json").notebooks[0]!.error).toContain("no luck");
  });

  test("judges nothing in a quick run, and tells the notebooks that it is one", async () => {
    project.write("two", [card(0.2).replace("0.2,", "process.env.SCRATCH_NN_QUICK === '1' ? 0.2 : 0.9,")]);
    const { exitCode } = await project.run("--only", "two", "--quick");
    expect(exitCode).toBe(0);
    const { quick, notebooks } = record(".scratch/REPRODUCED.json");
    expect(quick).toBe(true);
    expect(notebooks[0]!.rows).toMatchObject([{ ours: 0.2, verdict: "not judged" }]);
  });

  test("goes on where it was stopped: what was finished is not run again", async () => {
    const log = project.path("log");
    const noting = (name: string): string =>
      `require("node:fs").appendFileSync(${JSON.stringify(log)}, "${name} ");`;
    project.write("one", [noting("one"), card(0.95)]);
    project.write("two", [
      noting("two"),
      "await new Promise((resolve) => setTimeout(resolve, 30_000));",
      card(0.95),
    ]);
    const stopped = project.start();
    while (!existsSync(log) || !readFileSync(log, "utf8").includes("two")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stopped.kill("SIGTERM");
    await new Promise((resolve) => stopped.once("close", resolve));
    expect(stopped.exitCode).toBe(143);
    project.write("two", [noting("two again"), card(0.95)]);
    writeFileSync(project.path("data/results.json"), '{ "format": "scratch-nn results 1", "notebooks": {} }');
    const { exitCode, stdout } = await project.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("one: finished before");
    expect(readFileSync(log, "utf8")).toBe("one two two again ");
  });

  test.each([
    [["--only", "three"], "--only must be one of one, two, got three"],
    [["--onyl", "one"], "Unknown option '--onyl'"],
    [["one"], "the choices are options, got one"],
    [["--timeout", "soon"], '--timeout must be seconds > 0, got "soon"'],
  ])("%j is an error", async (args, problem) => {
    const { exitCode, stderr } = await project.run(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`npm run reproduce: ${problem}`);
  });
});
