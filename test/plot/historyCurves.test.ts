import { History } from "scratch-nn";
import { expect, test } from "vitest";
import { historyCurves, type Measure } from "../../lib/dist/plot";

const record = {
  trainLoss: 2,
  trainAccuracy: 0.5,
  validationLoss: 3,
  validationAccuracy: 0.25,
  learningRate: 0.1,
};
const runs = [
  { name: "a", history: new History([{ ...record, epoch: 1 }]) },
  {
    name: "b",
    history: new History([
      { ...record, epoch: 1 },
      { ...record, epoch: 2, validationLoss: 4 },
    ]),
  },
];
const measures: readonly Measure[] = ["trainLoss", "trainAccuracy", "validationLoss", "validationAccuracy"];

function titles(validationName?: string): string[] {
  const { layout } = historyCurves({ title: "Runs", runs, measures, validationName });
  const texts = (layout.annotations ?? []).map(({ text }) => text);
  return texts.filter((text) => / (loss|accuracy)$/.test(text ?? "")).map(String);
}

test("the panels are named after their measures", () => {
  expect(titles()).toEqual(["Training loss", "Training accuracy", "Validation loss", "Validation accuracy"]);
  expect(titles("Test")).toEqual(["Training loss", "Training accuracy", "Test loss", "Test accuracy"]);
});

test("each panel has a curve for each run, over the epochs", () => {
  const { data } = historyCurves({ title: "Runs", runs, measures: ["validationLoss", "trainAccuracy"] });
  const lines = data.filter((trace) => trace.type === "scatter");
  expect(lines.map(({ name, y }) => [name, y])).toEqual([
    ["a", [3]],
    ["b", [3, 4]],
    ["a", [0.5]],
    ["b", [0.5, 0.5]],
  ]);
});

test("the gaps are above 0 where the training data do better", () => {
  const { data } = historyCurves({ title: "Runs", runs, measures: ["lossGap", "accuracyGap"] });
  const lines = data.filter((trace) => trace.type === "scatter");
  expect(lines.map(({ name, y }) => [name, y])).toEqual([
    ["a", [1]],
    ["b", [1, 2]],
    ["a", [0.25]],
    ["b", [0.25, 0.25]],
  ]);
});
