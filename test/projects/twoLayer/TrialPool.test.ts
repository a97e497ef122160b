import { afterEach, describe, expect, test, vi } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";
import { images, settings } from "./small";

const stream = new twoLayer.TrialStream(settings);
const data = twoLayer.splitSamples(images(), stream);
const pools: twoLayer.TrialPool[] = [];

function open(options: Partial<twoLayer.TrialPoolOptions> = {}): twoLayer.TrialPool {
  const pool = new twoLayer.TrialPool({ settings, data: () => data, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

describe("TrialPool", () => {
  test("gives what trainTrial gives, in the order asked for, on one worker and on two", async () => {
    const wanted = [];
    for (const number of [2, 0, 1]) {
      wanted.push({ number, ...(await twoLayer.trainTrial(number, stream, data)) });
    }
    for (const workers of [1, 2]) {
      expect(await open({ workers }).runAll([2, 0, 1])).toEqual(wanted);
    }
  });

  test("tells the steps, and takes another number of epochs", async () => {
    let taken = 0;
    const onSteps = vi.fn((steps: number) => {
      taken += steps;
    });
    await open({ onSteps }).runAll([0, 1], { epochs: 3 });
    await vi.waitFor(() => expect(taken).toBe(60));
  });

  test("asks for no data before a trial", async () => {
    const none = vi.fn(() => data);
    await open({ data: none }).runAll([]);
    expect(none).not.toHaveBeenCalled();
  });

  test("names the trial that failed", async () => {
    const pool = open({ workers: 1 });
    await expect(pool.run(7)).rejects.toThrow("trial 7: TrialStream.at: number must be 0 to 3, got 7");
    await expect(pool.run(1, { signal: AbortSignal.abort() })).rejects.toThrow("trial 1: ");
    expect(() => open({ workers: 0 })).toThrow("TrialPool: workers must be a whole number > 0, got 0");
  });

  test("leaves out what an interrupt stopped", async () => {
    const running = open({ workers: 1, onSteps: () => process.emit("SIGINT") }).runAll([0, 1], {
      epochs: 10_000,
    });
    expect(await running).toEqual([]);
  });
});
