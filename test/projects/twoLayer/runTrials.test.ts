import { ArgumentError } from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";
import { images, settings } from "./small";

const stream = new twoLayer.TrialStream(settings);
const data = twoLayer.splitSamples(images(), stream);

describe("runTrials", () => {
  test("gives what trainTrial gives, in the order asked for, on one worker and on two", async () => {
    const expected = [];
    for (const number of [2, 0, 1]) {
      expected.push({ number, ...(await twoLayer.trainTrial(number, stream, data)) });
    }
    for (const workers of [1, 2]) {
      expect(await twoLayer.runTrials([2, 0, 1], { settings, data, workers })).toEqual(expected);
    }
  });

  test("tells the steps, and takes another number of epochs", async () => {
    let taken = 0;
    const onSteps = vi.fn((steps: number) => {
      taken += steps;
    });
    await twoLayer.runTrials([0, 1], { settings, data, epochs: 3, onSteps });
    expect(taken).toBe(60);
  });

  test("refuses a trial that is none", async () => {
    await expect(twoLayer.runTrials([7], { settings, data, workers: 1 })).rejects.toThrow(
      new ArgumentError("TrialStream.at", "number must be 0 to 3, got 7"),
    );
    await expect(twoLayer.runTrials([], { settings, data, workers: 0 })).rejects.toThrow(
      "WorkerPool: workers must be a whole number > 0, got 0",
    );
  });

  test("leaves out what an interrupt stopped", async () => {
    const onSteps = (): boolean => process.emit("SIGINT");
    const running = twoLayer.runTrials([0, 1], { settings, data, workers: 1, epochs: 10_000, onSteps });
    expect(await running).toEqual([]);
  });
});
