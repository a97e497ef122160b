import { createRequire } from "node:module";
import { ArgumentError } from "scratch-nn";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type ScorecardRow, scorecard } from "../../lib/dist/notebook";

// `scorecard` displays through the tslab that is loaded: this one keeps what it is sent.
const shown: string[] = [];
let rendered = "";
let stored: unknown;
const { cache } = createRequire(import.meta.url);
const file = "/node_modules/tslab/dist/jupyter.js";
const lastWriteDisplayData = ({ data }: { data: Record<string, unknown> }): void => {
  shown.push(String(data["text/plain"]));
  rendered = String(data["text/markdown"]);
  stored = data["application/vnd.scratch-nn.scorecard+json"];
};
beforeEach(() => {
  shown.length = 0;
  Object.assign(cache, { [file]: { exports: { lastWriteDisplayData } } });
});
afterAll(() => {
  delete cache[file];
});

function differences(rows: readonly Pick<ScorecardRow, "published" | "ours" | "digits">[]): string[] {
  scorecard(rows.map((row) => ({ ...row, what: "x", why: "y" })));
  const lines = shown.at(-1)!.split("\n").slice(2);
  return lines.map((line) => line.split("|")[4]!.trim());
}

test("published and measured numbers stand side by side", () => {
  scorecard([
    { what: "test accuracy", published: 0.93, ours: 0.9324, why: "another stream" },
    { what: "loss", published: 0.25, ours: 0.2, why: "the same | nearly", digits: 2 },
    { what: "extended", published: null, ours: 0.9812, why: "not in the original", digits: 4 },
    { what: "never", published: 3, ours: null, why: "not reached", digits: 0 },
  ]);
  expect(shown).toEqual([
    [
      "| what          | published |   ours | difference | why                 |",
      "|---------------|----------:|-------:|-----------:|---------------------|",
      "| test accuracy |    0.930  | 0.932  |    +0.002  | another stream      |",
      "| loss          |    0.25   | 0.20   |    −0.05   | the same \\| nearly  |",
      "| extended      |    –      | 0.9812 |     –      | not in the original |",
      "| never         |    3      | –      |     –      | not reached         |",
    ].join("\n"),
  ]);
});

test("where Markdown is rendered, missing digits and points have their width", () => {
  scorecard([
    { what: "accuracy", published: 0.93, ours: 0.9, why: "", digits: 2 },
    { what: "digits", published: 9, ours: null, why: "", digits: 0 },
  ]);
  expect(rendered.split("\n").at(-1)).toMatch(/\| +9&puncsp;&numsp;&numsp; \| +–&puncsp;&numsp;&numsp; \|/);
});

test("a difference has the sign of what is shown, and none if that is 0", () => {
  expect(
    differences([
      { published: 0.93, ours: 0.9296 },
      { published: 0.93, ours: 0.9304 },
      { published: 0.93, ours: 0.93 },
      { published: 0.5, ours: 0.25, digits: 0 },
      { published: 1, ours: 3, digits: 0 },
      { published: 1, ours: Number.NaN },
    ]),
  ).toEqual(["0.000", "0.000", "0.000", "0", "+2", "NaN"]);
});

test("the notebook keeps the rows themselves, with all digits and their tolerances", () => {
  const rows: ScorecardRow[] = [
    { what: "accuracy", published: 0.93, ours: 0.123456789012345, why: "", tolerance: 0.01 },
    { what: "above", published: 0.985, ours: 0.99, why: "", tolerance: [0, 1] },
    { what: "new", published: null, ours: 1, why: "" },
  ];
  scorecard(rows);
  expect(stored).toEqual({ rows });
  expect(shown.at(-1)).not.toContain("tolerance");
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, [1], [1, -1], "0.1"])(
  "a tolerance of %s is an error",
  (tolerance) => {
    const row = { what: "x", published: 1, ours: 1, why: "", tolerance: tolerance as number };
    expect(() => scorecard([row])).toThrow(ArgumentError);
    expect(() => scorecard([row])).toThrow("tolerance of rows[0] must be a number ≥ 0 or two of them, got");
  },
);
