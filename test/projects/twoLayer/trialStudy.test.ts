import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";
import { processors } from "../../../lib/dist/search";
import { images, settings } from "./small";

const folder = mkdtempSync(join(tmpdir(), "scratch-nn-two-layer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const stream = new twoLayer.TrialStream(settings);
const data = twoLayer.splitSamples(images(), stream);

describe("trialStudy", () => {
  test("gives the same trials on two workers, stopped and continued, as one after the other", async () => {
    const wanted = [];
    for (const number of [0, 1, 2]) {
      const result = await twoLayer.trainTrial(number, stream, data);
      wanted.push({ number, params: stream.hyperparameters(number), ...result });
    }
    const journal = join(folder, "study.jsonl");
    const stop = new AbortController();
    const on = processors({ workers: 2 });
    const options = { settings, data, journal, on };
    const onTrial = (): void => stop.abort();
    const first = await twoLayer.trialStudy({ ...options, signal: stop.signal, onTrial }).run();
    expect(first.trials).toHaveLength(1);
    const second = await twoLayer.trialStudy(options).run();
    await on.close();
    expect(second.trials).toEqual(wanted);
    expect(second.best.value).toBe(Math.max(...wanted.map(({ value }) => value)));
  });

  test("asks a journal that is complete for everything, and no worker for anything", async () => {
    const journal = join(folder, "study.jsonl");
    const before = readFileSync(journal, "utf8");
    const on = { ...processors(), judge: () => Promise.reject(new Error("a worker was asked")) };
    const study = await twoLayer.trialStudy({ settings, data, journal, on }).run();
    expect(study.done).toBe(true);
    expect(readFileSync(journal, "utf8")).toBe(before);
  });

  test("refuses the journal of other settings", async () => {
    const journal = join(folder, "study.jsonl");
    const other = { ...settings, epochs: 3 };
    expect(() => twoLayer.trialStudy({ settings: other, data, journal })).toThrow(FileError);
  });
});
