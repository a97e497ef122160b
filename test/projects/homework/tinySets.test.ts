import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, loadMnist, RandomState } from "scratch-nn";
import { afterAll, expect, test } from "vitest";
import { firstOfEachClass, makeToy, poolMnist, tinySets } from "../../../lib/dist/projects/homework";

const folder = mkdtempSync(join(tmpdir(), "tiny-sets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("without the homework's files the sets are made", () => {
  const { toy, digits } = tinySets(new RandomState(3), folder);
  expect(toy).toEqual(makeToy(new RandomState(3)));
  expect(digits.test).toEqual(poolMnist(firstOfEachClass(loadMnist().test)));
  expect([toy.train.name, digits.train.name]).toEqual(["toy train", "MNIST train, pooled"]);
});

test("a damaged file is an error that names it, never replaced", () => {
  const file = join(folder, "tinyTOY.pkl.gz");
  writeFileSync(file, "not a pickle");
  expect(() => tinySets(new RandomState(3), folder)).toThrow(FileError);
  expect(() => tinySets(new RandomState(3), folder)).toThrow("tinyTOY.pkl.gz");
  rmSync(file);
});
