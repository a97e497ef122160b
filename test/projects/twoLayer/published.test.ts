import { describe, expect, test } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";

const settings = twoLayer.asPublished;
const published = twoLayer.published();

describe("our search, as its journal has it", () => {
  const none = { name: "none", count: 0, sampleShape: [784], classes: 10, inputs: new Uint8Array(0) };
  const empty = { ...none, labels: new Uint8Array(0) };
  const { trials, best } = twoLayer.trialStudy({
    settings,
    data: { train: empty, validation: empty },
    journal: "data/studies/two-layer.jsonl",
  });
  const rows = published.searchTable.map((row) => {
    return { row, trial: trials.find(({ params }) => params.learningRate === row.lr) };
  });

  test("has the published hyperparameters: rate and width to the last bit, decay to 1 ulp", () => {
    expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, number) => number));
    for (const { row, trial } of rows) {
      expect(trial?.params.hidden).toBe(row.hiddenSize);
      const ulps = (trial!.params.weightDecay - row.weightDecay) / (row.weightDecay * 2 ** -52);
      expect(Math.abs(ulps)).toBeLessThanOrEqual(1);
    }
    expect(best.params.learningRate).toBe(published.searchTable[0]!.lr);
  });

  test("has the published validation accuracies: 48 equal at least, the others within 2 of 12,000", () => {
    const differences = rows.map(({ row, trial }) =>
      Math.abs(Math.round(12_000 * (trial!.value! - row.valAcc))),
    );
    expect(differences.filter((difference) => difference === 0).length).toBeGreaterThanOrEqual(48);
    expect(Math.max(...differences)).toBeLessThanOrEqual(2);
    for (const { value, metrics } of trials) expect(value).toBe(Number(metrics?.correct) / 12_000);
  });
});

describe("our final training, as its trainer has it", () => {
  const { hyperparameters, rows } = twoLayer.loadTrainer("data/two-layer/trainer.json");

  test("was made with the best hyperparameters", () => {
    const { lr, weightDecay, hiddenSize } = published.searchTable[0]!;
    expect(hyperparameters).toEqual({ learningRate: lr, weightDecay, hidden: hiddenSize });
    expect(rows).toHaveLength(settings.epochs);
  });

  test.each(published.epochTable)("has the published epoch $epoch", (wanted) => {
    const row = rows[wanted.epoch - 1]!;
    expect(row.epoch).toBe(wanted.epoch);
    expect(Math.abs(row.testAcc - wanted.testAcc) * 10_000).toBeLessThan(2.5);
    expect(Math.abs(row.trainAcc - wanted.trainAcc) * 60_000).toBeLessThan(5.5);
    if (wanted.epoch > 10) return;
    expect(row.trainLoss.toPrecision(6)).toBe(wanted.trainLoss.toPrecision(6));
    expect(row.testLoss.toPrecision(6)).toBe(wanted.testLoss.toPrecision(6));
  });
});
