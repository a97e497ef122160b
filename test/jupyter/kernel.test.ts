import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient } from "../../lib/dist/jupyter/runner/KernelClient";
import type { TrainingProgress } from "../../lib/dist/notebook/runnerChannel";

/** What a cell may import that the package does not show. */
const dist = resolve("lib/dist");

let kernel: KernelClient;
const reports: TrainingProgress[] = [];

beforeAll(async () => {
  kernel = await KernelClient.start({
    directory: process.cwd(),
    environment: {},
    onProgress: (progress) => reports.push(progress),
  });
});
afterAll(() => kernel.close());

interface Printed {
  ok: boolean;
  stdout: string;
  stderr: string;
  /** When each message came, in milliseconds after the cell began. */
  times: number[];
}

async function run(code: string): Promise<Printed> {
  const printed = { stdout: "", stderr: "", times: [] as number[] };
  const start = performance.now();
  const { ok } = await kernel.execute(code, (type, content) => {
    if (type === "stream") printed[content.name as "stdout" | "stderr"] += content.text;
    printed.times.push(performance.now() - start);
  });
  // tslab refuses cells for 200 ms after a failed one, so that the cells waiting behind it are dropped.
  if (!ok) await sleep(300);
  return { ok, ...printed };
}

/** Interrupts once the cell has printed its first message. */
async function interrupted(code: string): Promise<Printed & { msToEnd: number }> {
  let sent = 0;
  const printed = { stdout: "", stderr: "", times: [] };
  const { ok } = await kernel.execute(code, (type, content) => {
    if (type === "stream") printed[content.name as "stdout" | "stderr"] += content.text;
    if (sent > 0) return;
    sent = performance.now();
    kernel.interrupt();
  });
  const msToEnd = performance.now() - sent;
  await sleep(300);
  return { ok, ...printed, msToEnd };
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
      stderr: "Interrupted: the cell ended early; its variables are set\n",
    });
    expect(Number((await run(`steps${round}`)).stdout)).toBeGreaterThan(100);
  }
});

test("an interrupt ends a synchronous loop", async () => {
  const cell = await interrupted(`console.log("looping");\nfor (;;) {}`);
  expect(cell).toMatchObject({ ok: false, stderr: "Interrupted\n" });
});

test("an interrupt leaves a cell that does not watch, and the kernel goes on", async () => {
  const cell = await interrupted(waitForever);
  expect(cell).toMatchObject({
    ok: false,
    stderr: "Interrupted: the cell was left where it was; its new variables are not set\n",
  });
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
    (_, { text }) => written.push(String(text)),
  );
  expect(ok).toBe(true);
  const expected = Array.from({ length: 10_000 }, (_, i) => `o${i}\ne${i}\n`).join("");
  expect(written.join("") === expected).toBe(true);
});

test("2,000 displays in one turn arrive", async () => {
  let displays = 0;
  await kernel.execute(
    `import { display } from "tslab";\nfor (let i = 0; i < 2000; i++) display.text(String(i));`,
    () => displays++,
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
  const { ok, stderr } = await run(
    `import * as nn from "scratch-nn";\nnew nn.ShapeError("where", 3);\nnn.Nothing`,
  );
  expect(ok).toBe(false);
  expect(stderr).toMatch(
    /line 2:28 - Argument of type 'number' is not assignable to parameter of type 'string'/,
  );
  expect(stderr).toMatch(/line 3:4 - Property 'Nothing' does not exist/);
});
