import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ArgumentError, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { accuracy } from "../../lib/dist/metrics/accuracy";
import type { ReportOptions, Scores } from "../../lib/dist/metrics/classificationReport";
import { classificationReport } from "../../lib/dist/metrics/classificationReport";
import { confusionMatrix } from "../../lib/dist/metrics/confusionMatrix";
import { type SklearnCase, type SklearnRow, sklearnCases } from "./sklearn";

function options({ options }: SklearnCase): ReportOptions {
  const zero = options.zero_division ?? 0;
  return {
    ...(options.labels && { labels: options.labels }),
    ...(options.target_names && { names: options.target_names }),
    ...(options.digits !== undefined && { digits: options.digits }),
    zeroDivision: zero === "nan" ? Number.NaN : zero,
  };
}

function expectRow(got: Scores | undefined, wanted: SklearnRow | number | undefined): void {
  const row = wanted as SklearnRow;
  expect(got).toMatchObject({
    precision: row.precision ?? Number.NaN,
    recall: row.recall ?? Number.NaN,
    f1: row["f1-score"] ?? Number.NaN,
    support: row.support,
  });
}

describe("equals scikit-learn's", () => {
  test.each(sklearnCases.map((fixture) => [fixture.title, fixture] as const))("%s", (_, fixture) => {
    const report = classificationReport(fixture.labels, fixture.predictions, options(fixture));
    expect(report.text).toBe(fixture.text);
    for (const row of report.classes) expectRow(row, fixture.report[row.name]);
    expectRow(report.macroAvg, fixture.report["macro avg"]);
    expectRow(report.weightedAvg, fixture.report["weighted avg"]);
    expect(report.accuracy).toBe(fixture.report.accuracy);
    if ("micro avg" in fixture.report) expectRow(report.microAvg, fixture.report["micro avg"]);
    else expect(report.microAvg).toBeUndefined();
  });
});

test("the published confusion matrix gives the published report", () => {
  const published = JSON.parse(
    readFileSync(join(__dirname, "../../data/published/fcn.json"), "utf8"),
  ) as unknown as {
    confusionMatrix: { counts: number[][] };
    report: { classes: number[][]; accuracy: number; macroAvg: number[]; weightedAvg: number[] };
  };
  const labels: number[] = [];
  const predictions: number[] = [];
  published.confusionMatrix.counts.forEach((row, label) => {
    row.forEach((count, prediction) => {
      for (let i = 0; i < count; i++) {
        labels.push(label);
        predictions.push(prediction);
      }
    });
  });
  expect(confusionMatrix(labels, predictions)).toEqual(published.confusionMatrix.counts);
  const report = classificationReport(labels, predictions);
  const rounded = ({ precision, recall, f1, support }: Scores): number[] => [
    ...[precision, recall, f1].map((value) => Number(value.toFixed(2))),
    support,
  ];
  expect(report.classes.map(rounded)).toEqual(published.report.classes);
  expect(Number(report.accuracy?.toFixed(2))).toBe(published.report.accuracy);
  expect(rounded(report.macroAvg)).toEqual(published.report.macroAvg);
  expect(rounded(report.weightedAvg)).toEqual(published.report.weightedAvg);
});

test("the report, the confusion matrix and the accuracy agree", () => {
  const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(pairs, (rows) => {
      const labels = Uint8Array.from(rows, ([label]) => label);
      const predictions = Float32Array.from(rows, ([, prediction]) => prediction);
      const matrix = confusionMatrix(labels, predictions, 10);
      const report = classificationReport(labels, predictions, { labels: [...matrix.keys()] });
      const sums = matrix.map((row) => row.reduce((sum, count) => sum + count));
      expect(report.classes.map(({ support }) => support)).toEqual(sums);
      const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
      expect(trace / rows.length).toBe(accuracy(labels, predictions));
      expect(report.accuracy).toBe(accuracy(labels, predictions));
    }),
  );
});

describe("bad arguments", () => {
  const cases: [name: string, call: () => unknown, kind: new (...args: never[]) => Error, message: string][] =
    [
      [
        "lengths",
        () => classificationReport([1, 2], [1]),
        ShapeError,
        "classificationReport: labels and predictions must have the same length, got 2 and 1",
      ],
      [
        "empty",
        () => classificationReport([], []),
        ArgumentError,
        "classificationReport: labels must not be empty",
      ],
      ["fraction", () => classificationReport([1, 0.5], [1, 1]), ArgumentError, "got labels[1] = 0.5"],
      [
        "NaN",
        () => classificationReport([1], [Number.NaN]),
        ArgumentError,
        "predictions must be finite numbers, got NaN at 0",
      ],
      [
        "names",
        () => classificationReport([0, 1], [0, 1], { names: ["a"] }),
        ShapeError,
        "2 elements, one a class, got 1",
      ],
      ["digits", () => classificationReport([0], [0], { digits: -1 }), ArgumentError, "digits must be"],
      [
        "zeroDivision",
        () => classificationReport([0], [0], { zeroDivision: 0.5 }),
        ArgumentError,
        "0, 1 or NaN, got 0.5",
      ],
      [
        "no classes",
        () => classificationReport([0], [0], { labels: [] }),
        ArgumentError,
        "at least one and all different",
      ],
      ["class twice", () => classificationReport([0], [0], { labels: [1, 1] }), ArgumentError, "got [1,1]"],
      [
        "class",
        () => classificationReport([0], [0], { labels: [0.5] }),
        ArgumentError,
        "options.labels must be integers",
      ],
    ];
  test.each(cases)("%s", (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});
