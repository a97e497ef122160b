import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";
import { images, settings } from "./small";

const folder = mkdtempSync(join(tmpdir(), "scratch-nn-two-layer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const stream = new twoLayer.TrialStream(settings);
const data = twoLayer.splitSamples(images(), stream);

async function withPool<T>(
  options: Partial<twoLayer.TrialPoolOptions>,
  work: (pool: twoLayer.TrialPool) => Promise<T>,
): Promise<T> {
  const pool = new twoLayer.TrialPool({ settings, data: () => data, ...options });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

describe("trialStudy", () => {
  test("gives the same trials on two workers, stopped and continued, as one after the other", async () => {
    const wanted = [];
    for (const number of [0, 1, 2]) {
      const result = await twoLayer.trainTrial(number, stream, data);
      wanted.push({ number, params: stream.hyperparameters(number), ...result });
    }
    const journal = join(folder, "study.jsonl");
    const stop = new AbortController();
    const first = await withPool({ workers: 2 }, (pool) =>
      twoLayer.trialStudy(pool, { journal, signal: stop.signal, onTrial: () => stop.abort() }).run(),
    );
    expect(first.trials).toHaveLength(1);
    const second = await withPool({ workers: 2 }, (pool) => twoLayer.trialStudy(pool, { journal }).run());
    expect(second.trials).toEqual(wanted);
    expect(second.best.value).toBe(Math.max(...wanted.map(({ value }) => value)));
  });

  test("asks a journal that is complete for everything, and no worker for anything", async () => {
    const journal = join(folder, "study.jsonl");
    const before = readFileSync(journal, "utf8");
    const none = (): never => {
      throw new Error("no data were wanted");
    };
    const study = await withPool({ data: none }, (pool) => twoLayer.trialStudy(pool, { journal }).run());
    expect(study.done).toBe(true);
    expect(readFileSync(journal, "utf8")).toBe(before);
  });

  test("refuses the journal of other settings", async () => {
    const journal = join(folder, "study.jsonl");
    await withPool({ settings: { ...settings, epochs: 3 } }, async (pool) => {
      expect(() => twoLayer.trialStudy(pool, { journal })).toThrow(FileError);
    });
  });
});
