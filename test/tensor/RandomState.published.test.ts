import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pow } from "../../lib/dist/tensor/accurateMath";
import { RandomState } from "../../lib/dist/tensor/RandomState";

interface Row {
  rank: number;
  lr: number;
  weightDecay: number;
  hiddenSize: number;
}

interface Published {
  numpySeed: number;
  trials: number;
  epochs: number;
  batchSize: number;
  validation: number;
  searchTable: Row[];
}

const published = JSON.parse(
  readFileSync(join(__dirname, "../../data/published/two-layer.json"), "utf8"),
) as unknown as Published;

/** The stream decides the whole random search: what a trial's training draws comes before the next trial's choice. */
test("the two-layer project's 50 hyperparameter rows follow from its seed", () => {
  const { numpySeed, trials, epochs, batchSize, validation, searchTable } = published;
  const images = 60000;
  const steps = Math.floor((images - validation) / batchSize);
  const rows = new Map(searchTable.map((row) => [row.lr, row]));
  const stream = new RandomState(numpySeed);
  stream.permutation(images);
  const ranks = new Set<number>();
  for (let trial = 0; trial < trials; trial++) {
    const weightDecay = pow(10, stream.uniform(-7, -4));
    const lr = stream.uniform(0.15, 0.25);
    const hiddenSize = stream.randint(200, 300);
    const row = rows.get(lr);
    if (row === undefined) throw new Error(`trial ${trial}: no row with learning rate ${lr}`);
    expect(hiddenSize).toBe(row.hiddenSize);
    expect(weightDecay).toBe(row.weightDecay);
    ranks.add(row.rank);
    stream.skipNormals(784 * hiddenSize);
    stream.skipNormals(hiddenSize * 50);
    stream.skipRandint(0, images - validation, epochs * steps * batchSize);
  }
  expect(ranks.size).toBe(50);
});
