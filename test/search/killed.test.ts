import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { Study } from "../../lib/dist/search";
import { options, temporaryFolder } from "./studies";

const path = temporaryFolder();

/** Runs the study of ./studies in a Node of its own; trial `hang` never ends there. */
function runElsewhere(journal: string, { parallel = 1, hang = -1 } = {}): ChildProcess {
  const script = join(__dirname, "../helpers/studyInChild.cjs");
  const command = [script, journal, String(parallel), String(hang)];
  return spawn(process.execPath, command, { stdio: ["ignore", "ignore", "inherit"] });
}

function numbersIn(journal: string): number[] {
  const lines = existsSync(journal) ? readFileSync(journal, "utf8").split("\n").slice(1, -1) : [];
  return lines.map((line) => (JSON.parse(line) as { number: number }).number);
}

test("killed again and again, a study ends as if it had not been", async () => {
  const journal = path("j");
  for (const [parallel, hang] of [
    [1, 2],
    [3, 5],
    [2, 9],
  ] as const) {
    const child = runElsewhere(journal, { parallel, hang });
    const below = Array.from({ length: hang }, (_, i) => i);
    while (!below.every((number) => numbersIn(journal).includes(number))) {
      expect(child.exitCode).toBeNull();
      await wait(5);
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    expect([child.signalCode, existsSync(`${journal}.lock`)]).toEqual(["SIGKILL", true]);
    expect(new Study(options({ journal })).done).toBe(false);
  }
  const [code] = (await once(runElsewhere(journal), "exit")) as [number];
  expect([code, existsSync(`${journal}.lock`)]).toEqual([0, false]);
  expect(numbersIn(journal).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect(new Study(options({ journal })).trials).toEqual((await new Study(options()).run()).trials);
});
