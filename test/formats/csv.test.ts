import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "scratch-nn";
import { afterAll, describe, expect, test } from "vitest";
import { formatCsv, saveCsv } from "../../lib/dist/notebook";

const folder = mkdtempSync(join(tmpdir(), "scratch-nn-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("formatCsv", () => {
  test("writes a heading and all digits", () => {
    const rows = [
      { trial: 0, lr: 0.1 + 0.2, ok: true, why: null },
      { trial: 1, lr: 1e-7, ok: false, why: "late" },
    ];
    expect(formatCsv(rows)).toBe("trial,lr,ok,why\n0,0.30000000000000004,true,\n1,1e-7,false,late\n");
  });

  test("quotes what would break a field, and finds keys in any order", () => {
    const rows = [
      { a: 'say "no"', b: "1,5" },
      { b: "two\nlines", a: "plain" },
    ];
    expect(formatCsv(rows)).toBe('a,b\n"say ""no""","1,5"\nplain,"two\nlines"\n');
  });

  test("refuses no rows, and rows that differ in their keys", () => {
    expect(() => formatCsv([])).toThrow(ArgumentError);
    expect(() => formatCsv([])).toThrow(
      "formatCsv: rows must be a list of at least one row, got an array of 0",
    );
    expect(() => formatCsv([{ a: 1 }, { b: 1 }])).toThrow("formatCsv: row 1 must have a, got b");
    expect(() => formatCsv([{ a: 1 }, { a: 1, b: 1 }])).toThrow("row 1 must have a, got a, b");
  });
});

test("saveCsv makes the folders, and leaves a file as it was where the rows are wrong", () => {
  const path = join(folder, "new", "rows.csv");
  saveCsv([{ epoch: 2, loss: 0.5 }], path);
  expect(() => saveCsv([], path)).toThrow(ArgumentError);
  expect(readFileSync(path, "utf8")).toBe("epoch,loss\n2,0.5\n");
});

test("a wrong call is answered in words", () => {
  const format = formatCsv as (rows: unknown) => string;
  const refused = (rows: unknown, problem: string): void =>
    expect(() => format(rows)).toThrow(new ArgumentError("formatCsv", problem));
  refused(undefined, "rows must be a list of at least one row, got undefined");
  refused([5], "row 0 must be an object, got 5");
  refused([{ a: 1 }, null], "row 1 must be an object, got null");
  refused([{ a: [1] }], "a of row 0 must be text, a number, true, false or null, got an array of 1");
  const save = saveCsv as (...args: unknown[]) => void;
  expect(() => save([{ a: 1 }])).toThrow(
    new ArgumentError("saveCsv", 'path must be a text such as "models/x", got undefined'),
  );
});
