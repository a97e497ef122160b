import { expect, test } from "vitest";
import { type Stop, stoppable } from "../../lib/dist/platform/stoppable";

const untilStopped = ({ signal }: Stop): Promise<string> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve("at once");
    else signal.addEventListener("abort", () => resolve("stopped"));
  });

test("work is stopped by the signal, by SIGINT, and before its start", async () => {
  const controller = new AbortController();
  const bySignal = stoppable(controller.signal, untilStopped);
  setImmediate(() => controller.abort());
  expect(await bySignal).toBe("stopped");
  const listeners = process.listenerCount("SIGINT");
  const byInterrupt = stoppable(undefined, untilStopped);
  setTimeout(() => process.emit("SIGINT"), 5);
  expect(await byInterrupt).toBe("stopped");
  expect(await stoppable(AbortSignal.abort(), untilStopped)).toBe("at once");
  expect(process.listenerCount("SIGINT")).toBe(listeners);
});

test("work that nothing stops gives its result", async () => {
  expect(await stoppable(undefined, async ({ signal }) => signal.aborted)).toBe(false);
});

test("the first error that stopped the work comes out when it has ended", async () => {
  const ended: string[] = [];
  const work = stoppable(undefined, async (stop) => {
    stop.fail(new RangeError("first"));
    stop.fail(new RangeError("second"));
    ended.push(await untilStopped(stop));
    throw new Error("of the end");
  });
  await expect(work).rejects.toThrow(new RangeError("first"));
  expect(ended).toEqual(["at once"]);
  const thrown = stoppable(undefined, () => Promise.reject(undefined));
  expect(await thrown.catch((error: unknown) => [error])).toEqual([undefined]);
});
