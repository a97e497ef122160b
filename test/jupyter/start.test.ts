import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { joinText, type Output } from "../../lib/dist/jupyter/runner/Notebook";
import { allEnded, processesOf } from "./helpers/processes";
import { finished, Project } from "./helpers/project";

/** What a cell may import that the package does not show. */
const dist = resolve("lib/dist");

const project = new Project();
afterAll(() => project.remove());

const display = `const { lastWriteDisplayData } = require("tslab/dist/jupyter");
function show(text: string, update: boolean): void {
  const data = { "text/plain": text, "text/html": "<b>" + text + "</b>\\n<i>2</i>", "application/x+json": { a: "1\\n2" } };
  lastWriteDisplayData({ data, metadata: {}, transient: { display_id: String(process.pid) } }, update);
}
show("first", false);
console.log("between");
show("second", false);`;

const wait = "await new Promise((resolve) => setTimeout(resolve, 3000));";

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function printed(outputs: readonly Output[] | undefined, name: string): string {
  const texts = (outputs ?? []).map((output) =>
    output.output_type === "stream" && output.name === name ? joinText(output.text) : "",
  );
  return texts.join("");
}

describe("a run", () => {
  test("stores the outputs, and the same ones byte for byte when it is repeated", async () => {
    project.write("main", [
      "# Title\n\n## Part one",
      'import * as nn from "scratch-nn";\nconst x: number = 1;\nx + 1',
      "",
      'console.log("a");\nconsole.error("b");\nconsole.log("c");\nawait Promise.resolve();\nconsole.log("d")',
      display,
      'show("third", true);',
      'for (let i = 0; i < 100_000; i++) console.log("line " + i);',
      "process.env.SCRATCH_NN_QUICK ?? 'full'",
    ]);
    const { exitCode, stdout, stderr } = await project.run();
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^cell 1\/6 {2}Part one {2}\d/);
    expect(stdout).toMatch(/notebooks\/main\.ipynb +the notebook with its results/);

    const { cells, metadata } = project.notebook("notebooks/main.ipynb");
    expect(cells.map((cell) => cell.execution_count)).toEqual([undefined, 1, null, 2, 3, 4, 5, 6]);
    expect(cells.map((cell) => cell.id)).toEqual(cells.map((_, index) => `cell-${index}`));
    expect(cells[1]!.outputs).toEqual([{ output_type: "stream", name: "stdout", text: ["2\n"] }]);
    expect(cells[3]!.outputs).toEqual([
      { output_type: "stream", name: "stdout", text: ["a\n"] },
      { output_type: "stream", name: "stderr", text: ["b\n"] },
      { output_type: "stream", name: "stdout", text: ["c\n", "d\n"] },
    ]);
    const third = {
      output_type: "display_data",
      data: {
        "application/x+json": { a: "1\n2" },
        "text/html": ["<b>third</b>\n", "<i>2</i>"],
        "text/plain": ["third"],
      },
      metadata: {},
    };
    expect(cells[4]!.outputs).toEqual([
      third,
      { output_type: "stream", name: "stdout", text: ["between\n"] },
      third,
    ]);
    expect(cells[5]!.outputs).toEqual([]);
    const lines = printed(cells[6]!.outputs, "stdout").split("\n");
    expect(lines.length).toBe(100_001);
    expect(lines.every((line, index) => line === (index < 100_000 ? `line ${index}` : ""))).toBe(true);
    expect(metadata).toMatchObject({ kernelspec: { name: "tslab" }, language_info: { name: "typescript" } });

    const first = project.text("notebooks/main.ipynb");
    expect(first.startsWith('{\n "cells": [\n  {\n   "cell_type": "markdown",')).toBe(true);
    expect(first.endsWith("}\n")).toBe(true);
    expect((await project.run("main")).exitCode).toBe(0);
    expect(project.text("notebooks/main.ipynb") === first).toBe(true);
  });

  test("a package may change while a notebook runs", async () => {
    const folder = project.path("notebooks/node_modules/own");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), "exports.answer = 42;");
    writeFileSync(join(folder, "index.d.ts"), "export declare const answer: number;");
    writeFileSync(join(folder, "package.json"), '{ "main": "index.js", "types": "index.d.ts" }');
    project.write("changes", [
      'import { answer } from "own";\nimport { copyFileSync, renameSync } from "node:fs";',
      `copyFileSync("node_modules/own/package.json", "node_modules/own/new");
renameSync("node_modules/own/new", "node_modules/own/package.json");
await new Promise((resolve) => setTimeout(resolve, 3000));`,
      "answer",
    ]);
    const { exitCode, stderr } = await project.run("changes");
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(printed(project.notebook("notebooks/changes.ipynb").cells[2]!.outputs, "stdout")).toBe("42\n");
  });

  test("--quick leaves the notebook alone and sends its outputs to .scratch", async () => {
    project.write("quick", [
      `import { artifactPath } from "${dist}/platform/paths";\nimport { writeAtomically } from "${dist}/platform/files";`,
      'writeAtomically(artifactPath("imgs/a.svg"), "<svg/>");\nprocess.env.SCRATCH_NN_QUICK',
    ]);
    const before = project.text("notebooks/quick.ipynb");
    const { exitCode, stdout } = await project.run("quick", "--quick");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(".scratch/quick.ipynb");
    expect(project.text("notebooks/quick.ipynb")).toBe(before);
    expect(printed(project.notebook(".scratch/quick.ipynb").cells[1]!.outputs, "stdout")).toBe("1\n");
    expect(project.text(".scratch/imgs/a.svg")).toBe("<svg/>");
    expect(existsSync(project.path("imgs"))).toBe(false);
  });

  test("the output of cells tagged scorecard is printed", async () => {
    project.write("card", ['console.log("accuracy 0.93")', "'not this'"]);
    const notebook = project.notebook("notebooks/card.ipynb");
    notebook.cells[0]!.metadata.tags = ["scorecard"];
    writeFileSync(project.path("notebooks/card.ipynb"), JSON.stringify(notebook));
    const { stdout } = await project.run("card");
    expect(stdout).toContain("\naccuracy 0.93\n");
    expect(stdout).not.toContain("not this");
  });
});

describe("a run that fails leaves the notebook as it was and", () => {
  async function failure(cells: readonly string[], ...args: string[]): Promise<string> {
    project.write("failing", cells);
    const before = project.text("notebooks/failing.ipynb");
    const { exitCode, stderr } = await project.run("failing", ...args);
    expect(exitCode).toBe(1);
    expect(project.text("notebooks/failing.ipynb")).toBe(before);
    return stderr;
  }

  test("names the cell, the line and the error of an exception", async () => {
    const message = await failure([
      "# Part one",
      "const a = 1;",
      "# Part two",
      'interface Point { x: number }\n\nfunction check(p: Point): void {\n  // a comment\n  throw new RangeError("x is " + p.x);\n}\n\ncheck({ x: a });',
    ]);
    expect(message).toContain('failing.ipynb: cell [2] of 2 ("Part two") failed at cell [2] line 5');
    expect(message).toContain('    throw new RangeError("x is " + p.x);');
    expect(message).toContain("RangeError: x is 1");
    expect(message).toContain("cell [2] line 8: check({ x: a });");
    expect(message).not.toMatch(/node:|node_modules|evalmachine/);
  });

  test("names the line of the library's source where the library throws", async () => {
    const message = await failure([
      `import { writeAtomically } from "${dist}/platform/files";\nwriteAtomically("failing.ipynb/x", "");`,
    ]);
    expect(message).toContain("failed at cell [1] line 2");
    expect(message).toMatch(/at writeAtomically \(.*lib[\\/]platform[\\/]files\.ts:\d+/);
  });

  test("names the line of a misspelt option", async () => {
    const message = await failure([
      'import { EnvironmentError } from "scratch-nn";\nconst e = new EnvironmentError("a", 1);',
    ]);
    expect(message).toContain("failed at cell [1] line 2");
    expect(message).toContain("Argument of type 'number' is not assignable to parameter of type 'string'");
  });

  test("tells in which cell the kernel ended", async () => {
    const message = await failure(["1", "# Part two", "process.exit(3)"]);
    expect(message).toBe(
      'failing.ipynb: cell [2] of 2 ("Part two") failed\n\nkernel: ended unexpectedly (exit code 3)\n',
    );
  });

  test.each([
    ["a timer", 'setTimeout(() => { throw new Error("lost"); }, 100);'],
    ["a promise", 'void (async () => { await null; throw new Error("lost"); })();'],
    ["a timer of an earlier cell", 'setTimeout(() => { throw new Error("lost"); }, 100);', wait],
  ])("tells what nobody awaited: %s", async (_, ...cells) => {
    const message = await failure(["# Part one", ...cells]);
    expect(message).toContain(`failing.ipynb: cell [1] of ${cells.length} ("Part one") failed`);
    expect(message).toContain("Error: lost");
    expect(message).toMatch(/cell \[1\] line 1/);
  });

  test("tells what an asynchronous onEpoch threw", async () => {
    const message = await failure([
      `import * as nn from "scratch-nn";
const inputs = new Float32Array(8), labels = new Uint8Array(4);
const data = { name: "zeros", count: 4, sampleShape: [2], classes: 2, inputs, labels };
const model = new nn.Sequential([new nn.Linear(2, 2, { random: new nn.RandomState(1) })]);
const history = await nn.fit(model, {
  loss: new nn.CrossEntropyLoss(),
  optimizer: new nn.SGD(model.parameters(), { learningRate: 0.1 }),
  train: new nn.DataLoader(data, { batchSize: 4 }),
  epochs: 2,
  onEpoch: async () => { throw new Error("lost"); },
});`,
    ]);
    expect(message).toContain("failing.ipynb: cell [1] of 1 failed");
    expect(message).toContain("Error: lost");
  });

  test("tells that a cell took too long", async () => {
    const message = await failure(["for (;;) {}"], "--timeout", "0.5");
    expect(message).toContain("failing.ipynb: cell [1] of 1 took longer than 0.5 s (--timeout)");
  });

  test.each([
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s ends the kernel too", async (signal, code) => {
    project.write("stopped", [
      'require("node:fs").writeFileSync("pid", String(process.pid))',
      "# Wait",
      "await new Promise((resolve) => setTimeout(resolve, 600_000));",
    ]);
    const before = project.text("notebooks/stopped.ipynb");
    const child = project.start("stopped");
    child.stdout!.once("data", () => child.kill(signal));
    const { exitCode, stderr } = await finished(child);
    expect(exitCode).toBe(code);
    expect(stderr).toBe("Stopped; the notebook was left as it was.\n");
    expect(project.text("notebooks/stopped.ipynb")).toBe(before);
    const pid = Number(readFileSync(project.path("notebooks/pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

// Processes are told apart by /proc.
describe.runIf(process.platform === "linux")("a stop", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s while the kernel starts is one line", async (signal, code) => {
    project.write("starting", [wait]);
    const child = project.start("starting");
    const output = finished(child);
    await until(() => [...processesOf(project.folder).values()].some((line) => line.includes("launcher")));
    child.kill(signal);
    expect(await output).toEqual({
      exitCode: code,
      stdout: "",
      stderr: "Stopped; the notebook was left as it was.\n",
    });
    expect(await allEnded(project.folder)).toEqual([]);
  });

  test("of whoever reads the output ends the run", async () => {
    project.write("unread", ["1", "2", wait]);
    const child = project.start("unread");
    child.stdout!.destroy();
    const [exitCode] = await once(child, "exit");
    expect(exitCode).toBe(141);
    expect(await allEnded(project.folder)).toEqual([]);
  });
});

test("work that no cell awaits and that does not end is told", async () => {
  project.write("endless", ["const endless = setInterval(() => {}, 10);"]);
  const { exitCode, stderr } = await project.run("endless");
  expect(exitCode).toBe(0);
  expect(stderr).toContain("something that no cell awaits");
});

describe("a notebook is found", () => {
  const cases = [
    ["by its name", "found", "."],
    ["by its file name", "found.ipynb", "."],
    ["by a path", "notebooks/found", "."],
    ["by a path with a dot", "./notebooks/found.ipynb", "."],
    ["from a subfolder", "found.ipynb", "notebooks"],
    ["from a deeper folder", "../found", "notebooks/deeper"],
    ["by an absolute path", project.path("notebooks/found.ipynb"), "."],
  ] as const;
  test.each(cases)("%s: %s from %s", async (_, name, folder) => {
    project.write("found", ["1 + 1"]);
    mkdirSync(project.path(folder), { recursive: true });
    const { exitCode, stderr } = await project.runFrom(folder, name, "--timeout", "3000000");
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(project.text("notebooks/found.ipynb")).toContain('"2\\n"');
  });
});

describe("an older notebook", () => {
  test.each([0, 4])("of format 4.%i, with a byte order mark, becomes 4.5", async (minor) => {
    project.write("old", ["# Title", "1 + 1", "2 + 2"]);
    const old = project.notebook("notebooks/old.ipynb");
    const cells = old.cells.map(({ id, ...cell }) => cell);
    const text = JSON.stringify({ ...old, cells, nbformat_minor: minor });
    writeFileSync(project.path("notebooks/old.ipynb"), `\uFEFF${text}`);
    expect((await project.run("old")).stderr).toBe("");
    const { cells: executed, nbformat_minor } = project.notebook("notebooks/old.ipynb");
    expect(nbformat_minor).toBe(5);
    expect(executed.map(({ id }) => id)).toEqual(["cell-0", "cell-1", "cell-2"]);
    expect(printed(executed[2]!.outputs, "stdout")).toBe("4\n");
  });
});

describe("the command line", () => {
  test.each([
    [["--fast"], "Unknown option '--fast'; the choices are --quick, --timeout SECONDS and --help"],
    [["none"], "NAME must be a notebook (broken, "],
    [["--timeout", "soon"], '--timeout must be seconds > 0, got "soon"'],
    [["--timeout", "-1"], "ambiguous"],
    [["--timeout="], '--timeout must be seconds > 0, got ""'],
    [["--quick=yes"], "does not take an argument"],
    [["a", "b"], "NAME must be one notebook, got a, b"],
  ])("%j", async (args, message) => {
    writeFileSync(project.path("notebooks/broken.ipynb"), "{");
    const { exitCode, stderr } = await project.run(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });

  test("--help", async () => {
    const { exitCode, stdout } = await project.run("--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--timeout SECONDS");
  });

  test("a file that is no notebook", async () => {
    writeFileSync(project.path("notebooks/broken.ipynb"), "{");
    const { exitCode, stderr } = await project.run("broken");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("expected a notebook, got: ");
  });
});
