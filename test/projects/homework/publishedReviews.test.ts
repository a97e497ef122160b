import { expect, test } from "vitest";
import { publishedReviews } from "../../../lib/dist/projects/homework";

test("the homework's runs on IMDB are all there", () => {
  const { lstm, gru, lstmSweep } = publishedReviews();
  expect(lstm.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  expect(lstm.epochs[1]).toEqual({ epoch: 2, loss: 0.2429, acc: 0.9028, valLoss: 0.2671, valAcc: 0.893 });
  expect(gru.runs.map((run) => run.length)).toEqual([15, 15]);
  expect(lstmSweep.map(({ run }) => run)).toEqual(Array.from({ length: 25 }, (_, run) => run));
  const middle = { dictSize: 5000, exampleLength: 512, batchSize: 32, embeddingLength: 64, units: 128 };
  for (const run of [2, 7, 12, 16, 22]) expect(lstmSweep[run]).toMatchObject(middle);
});

test("the settings give the published numbers of parameters", () => {
  const { lstm, gru } = publishedReviews();
  for (const [gates, { params, dictSize, embeddingLength, units }] of [
    [4, lstm],
    [3, gru],
  ] as const) {
    const cell = gates * units * (embeddingLength + units + 1);
    expect(params).toEqual([dictSize * embeddingLength, cell, units + 1]);
  }
});
