import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient } from "../../lib/dist/jupyter/runner/KernelClient";
import type { Content } from "../../lib/dist/jupyter/wire";
import type { TrainingProgress, UnawaitedError } from "../../lib/dist/notebook/runnerChannel";

/** What a cell may import that the package does not show. */
const dist = resolve("lib/dist");

let kernel: KernelClient;
const reports: TrainingProgress[] = [];
const unawaited: UnawaitedError[] = [];

beforeAll(async () => {
  kernel = await KernelClient.start({
    directory: process.cwd(),
    environment: {},
    onProgress: (progress) => reports.push(progress),
    onUnawaited: (error) => unawaited.push(error),
  });
});
afterAll(() => kernel.close());

class Printed {
  ok = false;
  stdout = "";
  stderr = "";
  error = "";
  /** When each message came, in milliseconds after the cell began. */
  readonly times: number[] = [];
  readonly #start = performance.now();

  add(type: string, content: Content): void {
    if (type === "stream") this[content.name as "stdout" | "stderr"] += content.text;
    if (type === "error") this.error = (content.traceback as string[]).join("\n");
    this.times.push(performance.now() - this.#start);
  }
}

async function run(code: string): Promise<Printed> {
  const printed = new Printed();
  const { ok } = await kernel.execute(code, (type, content) => printed.add(type, content));
  return Object.assign(printed, { ok });
}

/** Interrupts once the cell has printed its first message. */
async function interrupted(code: string): Promise<Printed> {
  const printed = new Printed();
  let sent = false;
  const { ok } = await kernel.execute(code, (type, content) => {
    printed.add(type, content);
    if (sent || type !== "stream") return;
    sent = true;
    kernel.interrupt();
  });
  return Object.assign(printed, { ok });
}

/** A cell that says so when it waits, in a turn of its own: a signal in the moment a cell's first turn ends is lost. */
const waitForever = `await new Promise<void>((resolve) => setTimeout(resolve, 50));
console.log("waiting");
await new Promise<void>(() => {});`;

const train = `import { onInterrupt } from "${dist}/platform/interrupt";
async function train(): Promise<number> {
  let stopped = false;
  const unsubscribe = onInterrupt(() => { stopped = true; });
  let steps = 0;
  while (!stopped) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (steps++ === 100) console.log("training");
  }
  unsubscribe();
  return steps;
}`;

test("an interrupt ends a training, keeps its result, and skips the rest only if it watches too", async () => {
  expect(await run(train)).toMatchObject({ ok: true, stderr: "" });
  for (let round = 0; round < 4; round++) {
    const cell = await interrupted(
      `const steps${round} = await train();\nconst again = await train();\nconsole.log("end", again);`,
    );
    expect(cell).toMatchObject({
      ok: false,
      stdout: "training\nend 0\n",
      error: "Interrupted: the cell ended early; its variables are set",
    });
    expect(Number((await run(`steps${round}`)).stdout)).toBeGreaterThan(100);
  }
});

test("an interrupt ends a synchronous loop", async () => {
  const cell = await interrupted(
    `const { size, of: [first] } = { size: 3, of: [1] };\nconsole.log("looping");\nfor (;;) {}`,
  );
  const error = "Interrupted: the cell ended where it was; its variables are not set: size, first";
  expect(cell).toMatchObject({ ok: false, error });
});

test("an interrupt leaves a cell that does not watch, and the kernel goes on", async () => {
  const cell = await interrupted(`${waitForever}\nconst left = 1;`);
  const error = "Interrupted: the cell was left where it was; its variables are not set: left";
  expect(cell).toMatchObject({ ok: false, error });
  expect(await run("1 + 1")).toMatchObject({ ok: true, stdout: "2\n" });
});

test("a training that begins after its cell was left stops at once", async () => {
  const later = "new Promise((resolve) => setTimeout(resolve, 600)).then(train)";
  const left = await interrupted(`(globalThis as { late?: unknown }).late = ${later};\n${waitForever}`);
  expect(left).toMatchObject({ ok: false, stdout: "waiting\n" });
  expect(await run("await (globalThis as { late?: Promise<number> }).late")).toMatchObject({ stdout: "0\n" });
});

test("an interrupt between two cells does nothing", async () => {
  kernel.interrupt();
  await sleep(100);
  expect(await run("'still here'")).toMatchObject({ ok: true, stdout: "still here\n" });
});

test("10,000 lines on each stream arrive, in order", async () => {
  const written: string[] = [];
  const { ok } = await kernel.execute(
    `((): void => { for (let i = 0; i < 10_000; i++) { console.log("o" + i); console.error("e" + i); } })()`,
    (type, { text }) => type === "stream" && written.push(String(text)),
  );
  expect(ok).toBe(true);
  const expected = Array.from({ length: 10_000 }, (_, i) => `o${i}\ne${i}\n`).join("");
  expect(written.join("") === expected).toBe(true);
});

test("2,000 displays in one turn arrive", async () => {
  let displays = 0;
  await kernel.execute(
    `import { display } from "tslab";\nfor (let i = 0; i < 2000; i++) display.text(String(i));`,
    (type) => type === "display_data" && displays++,
  );
  expect(displays).toBe(2000);
});

test("output streams during a synchronous stretch", async () => {
  const { stdout, times } = await run(`((): void => {
  for (let i = 0; i < 10; i++) {
    const end = Date.now() + 100;
    console.log(i);
    while (Date.now() < end);
  }
})()`);
  expect(stdout.trim().split("\n").length).toBe(10);
  expect(times.length).toBeGreaterThan(5);
});

test("progress arrives beside the notebook, not in it", async () => {
  const progress = { label: "x", epoch: 1, epochs: 1, step: 5, steps: 5, stepsPerSecond: 2, secondsLeft: 0 };
  const { stdout } = await run(
    `import { reportProgress } from "scratch-nn/notebook";\nreportProgress(${JSON.stringify(progress)})`,
  );
  expect(stdout).toBe("");
  expect(reports).toEqual([{ type: "progress", ...progress }]);
});

test("cells see the library's types", async () => {
  const { ok, error } = await run(
    `import * as nn from "scratch-nn";\nnew nn.ShapeError("where", 3);\nnn.Nothing`,
  );
  expect(ok).toBe(false);
  expect(error).toMatch(
    /line 2:28 - Argument of type 'number' is not assignable to parameter of type 'string'/,
  );
  expect(error).toMatch(/line 3:4 - Property 'Nothing' does not exist/);
});

test("a shorthand property is an earlier cell's variable", async () => {
  await run(
    "const batchSize = 64;\nlet rate = 0.5;\nlet first = 1, second = 2;\nimport { sep } from 'node:path';",
  );
  expect(await run("({ batchSize, rate, sep })")).toMatchObject({
    stdout: "{ batchSize: 64, rate: 0.5, sep: '/' }\n",
  });
  const inFunctions = `function inner(batchSize: number) { const f = () => ({ batchSize, rate }); return f(); }
class Holder { get() { const { rate } = { rate: 7 }; return { rate, batchSize }; } }
JSON.stringify([inner(3), new Holder().get()])`;
  expect(await run(inFunctions)).toMatchObject({
    stdout: '[{"batchSize":3,"rate":0.5},{"rate":7,"batchSize":64}]\n',
  });
  await run("({ first, second = 9 } = { first: 8 } as { first: number; second?: number });");
  expect(await run("first * 10 + second")).toMatchObject({ stdout: "89\n" });
});

test("the compiler names the columns that the user wrote", async () => {
  await run("const size = 64;");
  const { error } = await run(`const a = { size, wrong, b: { size } }; const c: string = 3;`);
  expect(error.split("\n")).toEqual([
    expect.stringMatching(/line 1:19 - .*'wrong'/),
    expect.stringMatching(/line 1:47 - .*not assignable/),
  ]);
});

test("an error begins with its message and says which variables are not set", async () => {
  const thrown = await run(
    `import { ArgumentError } from "scratch-nn";\nconst kept = 1;\nthrow new RangeError("late");`,
  );
  expect(thrown.error.split("\n")).toEqual([
    "RangeError: late",
    '    at cell [%d] line 3: throw new RangeError("late");'.replace(
      "%d",
      /\[(\d+)\]/.exec(thrown.error)?.[1] ?? "",
    ),
    "The cell ended here; its variables are not set: kept",
  ]);
  const fromLibrary = await run(
    `import { Tensor } from "scratch-nn";\nTensor.zeros([2, 3]).matmul(Tensor.zeros([2, 3]));`,
  );
  expect(fromLibrary.error).toMatch(/^ShapeError: [^\n]*\n {4}at /);
});

test("an error that nobody awaits fails its cell, or is told with the cell that started it", async () => {
  for (const floating of [
    'Promise.reject(new Error("lost"));\n1;',
    'setTimeout(() => { throw new Error("lost"); }, 20);\nawait new Promise((resolve) => setTimeout(resolve, 100));',
  ]) {
    expect(await run(floating)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^An error that nobody awaited, from cell \[\d+\]:\nError: lost\n/),
    });
  }
  unawaited.length = 0;
  expect((await run('const timer = setTimeout(() => { throw new Error("later"); }, 200);')).ok).toBe(true);
  const next = await run("await new Promise((resolve) => setTimeout(resolve, 400));");
  expect(next).toMatchObject({ ok: true, stderr: expect.stringContaining("Error: later") });
  expect(unawaited).toMatchObject([{ text: expect.stringContaining("Error: later") }]);
  expect(unawaited[0].cell).toBeGreaterThan(1);
});
