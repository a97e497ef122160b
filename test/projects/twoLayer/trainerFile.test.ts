import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "scratch-nn";
import { afterAll, expect, test } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";

const folder = mkdtempSync(join(tmpdir(), "scratch-nn-trainer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const trainer: twoLayer.Trainer = {
  hyperparameters: { weightDecay: 2.546591239423651e-7, learningRate: 0.24752157219042198, hidden: 292 },
  rows: [{ epoch: 2, trainLoss: 0.1 + 0.2, testLoss: 1 / 3, trainAcc: 0.5, testAcc: 1 }],
};

test("a trainer comes back to the same bits", () => {
  const path = join(folder, "trainer.json");
  twoLayer.saveTrainer(trainer, path);
  expect(twoLayer.loadTrainer(path)).toEqual(trainer);
});

test.each(["", "null", "[]", '{"hyperparameters":{},"rows":[]}', '{"rows":[{}]}'])(
  "%j is no trainer",
  (text) => {
    const path = join(folder, "other.json");
    writeFileSync(path, text);
    expect(() => twoLayer.loadTrainer(path)).toThrow(FileError);
  },
);

test("a missing file is named", () => {
  expect(() => twoLayer.loadTrainer(join(folder, "none.json"))).toThrow("none.json");
});
