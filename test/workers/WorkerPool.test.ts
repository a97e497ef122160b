import { join } from "node:path";
import { ArgumentError, type Dataset, EnvironmentError, FileError } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { WorkerPool } from "../../lib/dist/workers/WorkerPool";

const file = join(__dirname, "../helpers/tasks.cjs");
const task = (name: string): { file: string; export: string } => ({ file, export: name });
const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.close());

describe("WorkerPool", () => {
  test("runs an export on another thread, the default one if none is named", async () => {
    expect(await pool.run({ file }, { a: [1, null] })).toEqual({ a: [1, null] });
    expect(await pool.run(task("thread"), null)).toBeGreaterThan(0);
  });

  test("tells all reports, in order, before the result", async () => {
    const heard: unknown[] = [];
    const result = await pool.run(task("reports"), 100, { onReport: (message) => heard.push(message) });
    expect([result, heard]).toEqual(["done", Array.from({ length: 100 }, (_, i) => i)]);
  });

  test("gives a task up at the signal, and at an error of onReport", async () => {
    const controller = new AbortController();
    const reason = new RangeError("enough");
    const onReport = (): void => controller.abort(reason);
    const stopped = pool.run(task("endless"), null, { signal: controller.signal, onReport });
    await expect(stopped).rejects.toBe(reason);
    const thrown = pool.run(task("endless"), null, {
      onReport: () => {
        throw reason;
      },
    });
    await expect(thrown).rejects.toBe(reason);
    await expect(pool.run({ file }, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await pool.run({ file }, 1)).toBe(1);
  });

  test("shares a dataset once, and again when it was changed", async () => {
    const numbers: Dataset = {
      name: "numbers",
      count: 3,
      sampleShape: [1],
      classes: 1,
      inputs: Float64Array.of(1, 2, 3),
      labels: new Uint8Array(3),
    };
    const sum = (): Promise<unknown> => pool.run(task("sum"), null, { data: { numbers } });
    expect([await sum(), await sum()]).toEqual([6, 6]);
    numbers.inputs[0] = 5;
    expect(await Promise.all([sum(), sum()])).toEqual([10, 10]);
  });

  test("throws what a task throws, of its class", async () => {
    const error: unknown = await pool.run(task("refuses"), null).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ name: "FileError", message: "x.npz: expected a header" });
  });

  test("says what is no task, no input, no thread", async () => {
    const refusal = async (name: string, input: unknown = null): Promise<unknown> =>
      pool.run(task(name), input).catch((reason: unknown) => reason);
    const none = await refusal("notAFunction");
    expect(none).toBeInstanceOf(ArgumentError);
    expect(none).toMatchObject({ message: `${file}: export notAFunction must be a function, got 3` });
    expect(await refusal("missing")).toMatchObject({ message: expect.stringContaining("got undefined") });
    expect(await refusal("default", () => 1)).toMatchObject({
      message: expect.stringMatching(
        /^WorkerPool.run: input must be data that can be sent to another thread/,
      ),
    });
    expect(await refusal("breaks")).toBeInstanceOf(EnvironmentError);
    const lost = pool.run({ file: "/nowhere.js" }, null);
    await expect(lost).rejects.toThrow("/nowhere.js: could not be loaded: ");
    expect(() => new WorkerPool({ workers: 0 })).toThrow(ArgumentError);
    expect(() => new WorkerPool({ threads: 2 } as never)).toThrow('unknown option "threads"');
    expect(await pool.run({ file }, 1)).toBe(1);
  });
});
