import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeReaders } from "./readers";
import { tryReader } from "./tryReader";

const FILES = 150;
const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const readers = await makeReaders(folder);

test.each(readers)("$name: changed files are read rightly or refused by name", async (reader) => {
  for (const good of reader.files) await reader.read(good);
  for (let seed = 1; seed <= FILES; seed++) {
    const { problem } = await tryReader(reader, seed);
    expect(problem, `npm run fuzz -- --reader "${reader.name}" --seed ${seed}`).toBeUndefined();
  }
});
