import { test } from "vitest";
import { killAtRandom } from "./killAtRandom";

test("studies and trainings that are killed at random moments lose, repeat and leave nothing", async () => {
  await killAtRandom(12);
});
