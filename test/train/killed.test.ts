import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Trains in a process of its own, which is killed when it has taken `stopAt` steps; how it ended. */
async function train(where: string, kind: string, stopAt = -1): Promise<string | number | null> {
  const script = join(__dirname, "../helpers/trainInChild.cjs");
  const child = spawn(process.execPath, [script, where, kind, String(stopAt)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", () => child.kill("SIGKILL"));
  return new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
}

test.each([
  ["sgd", [8, 30]],
  ["adam", [1, 8, 47]],
  ["replacement", [21]],
  ["shared", [25]],
] as const)(
  "a training killed and resumed gives the same bits as one that was not: %s",
  async (kind, kills) => {
    const [whole, killed] = ["whole", "killed"].map((name) => join(folder, kind, name)) as [string, string];
    for (const path of [whole, killed]) mkdirSync(path, { recursive: true });
    expect(await train(whole, kind)).toBe(0);
    for (const stopAt of kills) expect(await train(killed, kind, stopAt)).toBe("SIGKILL");
    expect(existsSync(join(killed, "model.safetensors"))).toBe(false);
    expect(await train(killed, kind)).toBe(0);
    for (const name of ["model.safetensors", "history.json", "checkpoint.safetensors"]) {
      const [one, other] = [whole, killed].map((path) => readFileSync(join(path, name)));
      expect(Buffer.compare(one!, other!), name).toBe(0);
    }
  },
);
