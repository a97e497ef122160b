import { ArgumentError, EnvironmentError, getThreads, memoryBytes, setThreads, Tensor } from "scratch-nn";
import { expect, test } from "vitest";
import { splitRun, threadsReady } from "../../lib/dist/kernels/threads";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

test("setThreads takes whole numbers from 1 to 64", () => {
  const before = getThreads();
  setThreads(3);
  expect(getThreads()).toBe(3);
  setThreads(before);
  for (const count of [0, -1, 1.5, 65, Number.NaN, Infinity]) {
    expect(() => setThreads(count)).toThrow(
      new ArgumentError("setThreads", `count must be a whole number from 1 to 64, got ${count}`),
    );
  }
  expect(getThreads()).toBe(before);
});

test("a range is covered once, by however many threads", async () => {
  for (const count of [1, 2, 3, 8]) {
    await withThreads(count, () => {
      expect(threadsReady()).toBe(count - 1);
      for (const [from, to, multiple] of [
        [0, 1, 1],
        [0, 5, 1],
        [3, 100, 7],
        [0, 4096, 1024],
        [0, 0, 8],
        [0, 20, 4],
        [0, 292, 4],
        [5, 1029, 4],
      ] as const) {
        const x = randomTensor([4096], { seed: count });
        const y = Tensor.full([4096], 5);
        const args = [from, to, y.data.byteOffset, x.data.byteOffset, 1, 0];
        splitRun("float32", "sgd", 0, multiple, args);
        const wanted = Float32Array.from(x.data, (v, i) => (i >= from && i < to ? 5 - v : 5));
        expectSameBits(new Float32Array(y.data), wanted, `[${from}, ${to}) on ${count}`);
      }
    });
  }
});

test("fewer threads than before are used when fewer are wanted", async () => {
  await withThreads(3, () => expect(threadsReady()).toBe(2));
  await withThreads(1, () => expect(threadsReady()).toBe(0));
});

test("an error on another thread is reported, and the thread goes on", async () => {
  await withThreads(2, () => {
    // The first half lies beyond the memory; the second wraps around to the page that belongs to nobody.
    expect(memoryBytes()).toBeLessThan(2 ** 32 - 4096);
    const pointer = 2 ** 32 - 4096;
    expect(() => splitRun("float32", "sgd", 0, 1024, [0, 2048, pointer, pointer, 1, 0])).toThrow(
      new EnvironmentError("threads", "kernel sgd failed"),
    );
    const x = randomTensor([2048]);
    splitRun("float32", "sgd", 0, 1024, [0, 2048, x.data.byteOffset, x.data.byteOffset, 1, 0]);
    expect(x.data.every((value) => value === 0)).toBe(true);
  });
});
