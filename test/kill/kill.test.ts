import { expect, test } from "vitest";
import { killAtRandom } from "./killAtRandom";
import { killRuns } from "./killRuns";

test("studies and trainings that are killed at random moments lose, repeat and leave nothing", async () => {
  await killAtRandom(12);
});

test.runIf(process.platform === "linux")(
  "a kill at any moment of npm, its shell, the runner or the kernel leaves no process and no half-written notebook",
  async () => {
    expect(await killRuns(4)).toEqual([]);
  },
);
