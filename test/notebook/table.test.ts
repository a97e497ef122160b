import { describe, expect, test } from "vitest";
import { formatTable, type TableCell } from "../../lib/dist/notebook";

/** The cells of a one-column table. */
function column(...cells: readonly TableCell[]): string[] {
  const lines = formatTable(cells.map((x) => ({ x }))).split("\n");
  return lines.slice(2).map((line) => line.slice(2, -2).trim());
}

test("a table has a heading, a rule and rows, with numbers to the right", () => {
  const rows = [
    { run: "first", units: 64, accuracy: 0.9, best: true },
    { run: "b", units: 1024, accuracy: 1, best: false },
    { run: null, units: null, accuracy: null, best: null },
  ];
  expect(formatTable(rows)).toBe(
    [
      "| run   | units | accuracy | best  |",
      "|-------|------:|---------:|-------|",
      "| first |    64 |   0.9000 | true  |",
      "| b     |  1024 |   1.0000 | false |",
      "| –     |     – |        – | –     |",
    ].join("\n"),
  );
});

test("text with | stays in its cell", () => {
  expect(formatTable([{ "a|b": "p(x|y)" }])).toBe("| a\\|b    |\n|---------|\n| p(x\\|y) |");
});

describe("the numbers of a column are written alike", () => {
  test("integers as they are", () => {
    expect(column(1, -20, 0, 300)).toEqual(["1", "-20", "0", "300"]);
  });

  test("with four decimals if one of them is no integer", () => {
    expect(column(1, 0.1, 0.00012, 0, 12.34567)).toEqual(["1.0000", "0.1000", "0.0001", "0.0000", "12.3457"]);
    expect(column(0.5, -0.00001, Number.NaN, null)).toEqual(["0.5000", "0.0000", "NaN", "–"]);
  });

  test("in exponent form if all but zeros are below 0.001", () => {
    expect(column(1e-4, 0, 5e-6)).toEqual(["1e-4", "0", "5e-6"]);
    expect(column(1e-4, 2.5e-5)).toEqual(["1.0e-4", "2.5e-5"]);
    expect(column(1 / 3e4, 0.00099)).toEqual(["3.333e-5", "9.900e-4"]);
  });

  test("whatever is not finite", () => {
    expect(column(1, Number.NaN, Number.POSITIVE_INFINITY)).toEqual(["1", "NaN", "Infinity"]);
    expect(column(1e-4, Number.NaN)).toEqual(["1e-4", "NaN"]);
  });
});
