import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "scratch-nn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDataset } from "../../../lib/dist/datasets/Dataset";
import { loadTinyMnist, loadTinyToy } from "../../../lib/dist/projects/homework";
import { readFixture } from "../../helpers/readFixture";

interface TinySet {
  readonly file: string;
  readonly inputs: number[][];
  readonly labels: number[][];
}
const { tiny } = readFixture<{ tiny: { toy: TinySet; digits: TinySet } }>("pickles");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tiny-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test.each([
  ["toy", loadTinyToy, [2], 2],
  ["digits", loadTinyMnist, [14, 14], 10],
] as const)("%s: pairs of columns become rows and labels", (name, load, sampleShape, classes) => {
  const { train, test: held } = load(write(`${name}.pkl.gz`, Buffer.from(tiny[name].file, "base64")));
  for (const [part, dataset] of [train, held].entries()) {
    checkDataset(dataset, "test");
    expect(dataset).toMatchObject({ sampleShape, classes, count: tiny[name].labels[part].length });
    expect(Array.from(dataset.inputs)).toEqual(tiny[name].inputs[part]);
    expect(Array.from(dataset.labels)).toEqual(tiny[name].labels[part]);
  }
});

describe("refused, naming the file", () => {
  const toy = tiny.toy.file;
  test.each([
    [
      "another set",
      Buffer.from(tiny.digits.file, "base64"),
      "expected x of pair 0 to be [2, 1], got [196, 1]",
    ],
    [
      "no pickle",
      Buffer.from("hello"),
      "expected a pickle that can be read, got: a reference to value 101, which is not there",
    ],
    ["one list", Buffer.from("(I1\nl."), "expected a list of two sets, train and test, got something else"],
    ["an empty set", Buffer.from("((l(ll."), "expected a list of pairs (x, y), got something else or none"],
    [
      "no arrays",
      Buffer.from("(((I1\nI2\ntl(ll."),
      "expected x of pair 0 to be [2, 1], got no array of numbers",
    ],
  ])("%s", (_, bytes, problem) => {
    const path = write("x.pkl", bytes);
    expect(() => loadTinyToy(path)).toThrow(new FileError("x.pkl", problem));
  });

  test("a missing or truncated file", () => {
    expect(() => loadTinyToy(join(folder, "none.pkl.gz"))).toThrow(
      /^none\.pkl\.gz: expected a readable file/,
    );
    const path = write("cut.pkl.gz", Buffer.from(toy, "base64").subarray(0, 100));
    expect(() => loadTinyToy(path)).toThrow(/^cut\.pkl\.gz: expected a gzip file that unpacks/);
  });
});

const homework = join(__dirname, "../../../shared/data/homework");
/** The homework's own files, where they lie beside the repository; elsewhere there is nothing to compare. */
test("the homework's own files", () => {
  if (!existsSync(homework)) return;
  const toy = loadTinyToy(join(homework, "tinyTOY.pkl.gz"));
  expect([toy.train.count, toy.test.count]).toEqual([200, 200]);
  expect(toy.train.labels[0]).toBe(0);
  expect(toy.train.inputs.slice(0, 2)).toEqual(new Float64Array([0.11305829048734384, -0.32418356313926977]));
  const digits = loadTinyMnist(join(homework, "tinyMNIST.pkl.gz"));
  expect([digits.train.count, digits.test.count]).toEqual([2499, 2499]);
  expect(Array.from(digits.train.inputs).reduce((high, value) => Math.max(high, value), 0)).toBe(0.8);
});
