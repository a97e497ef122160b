import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readmeTable, withReadmeTable } from "../../lib/dist/jupyter/reproduce/readmeTable";
import { resultsPath, resultsText, storedResults } from "../../lib/dist/jupyter/reproduce/results";
import type { ShownRow } from "../../lib/dist/jupyter/reproduce/scorecardRows";
import { root } from "./examples";

const results = storedResults(root);

/** The files of data/published/ that a notebook's numbers come from. */
const SOURCES: Readonly<Record<string, string>> = {
  main: "fcn",
  "two-layer": "two-layer",
  nielsen: "nielsen",
  tiny: "homework",
  cnn: "homework",
  lstm: "homework",
};

/** What the originals say in words: the goal of the homework, and "98.1 to 98.2 %". */
const IN_WORDS: Readonly<Record<string, string>> = {
  "the goal: test accuracy": "0.9000",
  "two hidden layers: test accuracy (98.1 to 98.2 %)": "0.9815",
  "three hidden layers: test accuracy (98.1 to 98.2 %)": "0.9815",
};

describe("a number in a scorecard never changes silently", () => {
  test("the stored notebooks show what data/results.json has: npm run results, and a line in CHANGELOG.md", () => {
    const recorded = readFileSync(resultsPath(root), "utf8");
    expect(JSON.parse(recorded)).toEqual(results);
    expect(recorded).toBe(resultsText(results));
  });

  test.each(Object.keys(SOURCES))("the published numbers of %s are those of data/published/", (notebook) => {
    const file = join(root, `data/published/${SOURCES[notebook]}.json`);
    const numbers = numbersIn(JSON.parse(readFileSync(file, "utf8")));
    const isPublished = ({ what, published }: ShownRow): boolean => {
      if (published === "–" || published === IN_WORDS[what]) return true;
      const digits = published.split(".")[1]?.length ?? 0;
      const scales = [1, 10_000, 60_000]; // accuracies, and how many digits they are
      return numbers.some((number) => scales.some((scale) => (scale * number).toFixed(digits) === published));
    };
    const rows = results.notebooks[notebook]!;
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter((row) => !isPublished(row))).toEqual([]);
  });

  test("README's table is made from them", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(withReadmeTable(readme, readmeTable(results))).toBe(readme);
    expect(withReadmeTable(readme, "| x |")).toContain("## Results\n\n| x |\n\nEach notebook ends");
  });
});

/** All numbers of the JSON, the sums of its lists of numbers, and what is right in its confusion matrices. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value !== "object" || value === null) return [];
  const parts = Object.values(value).flatMap(numbersIn);
  if (!Array.isArray(value)) return parts;
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  if (value.every((one) => typeof one === "number")) return [...parts, sum(value)];
  const isSquare = value.every((line) => Array.isArray(line) && line.length === value.length);
  return isSquare ? [...parts, sum(value.map((line, i) => Number(line[i])))] : parts;
}
