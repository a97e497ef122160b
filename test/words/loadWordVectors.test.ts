import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { ArgumentError, FileError } from "scratch-nn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadWordVectors, WordIndex } from "../../lib/dist/words";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vectors-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: string | Buffer): string {
  const path = join(folder, "glove.txt");
  writeFileSync(path, content);
  return path;
}

const words = new WordIndex({ the: 1, good: 2, film: 3, café: 4, rare: 5 }, 8);
const text = "the 0.5 -1e-2 3\n. . . 1 2 3\nunheard 7 8 9\ncafé 0 1 0.25\nrare 9 9 9\nthe 8 8 8\ngood 1 1 1";

test("the words of the dictionary get their vectors, the others zeros", async () => {
  for (const content of [text, `6 3\n${text}\n`, gzipSync(text), text.replaceAll("\n", " \r\n")]) {
    const { vectors, found } = await loadWordVectors(write(content), words, 3);
    expect([vectors.shape, vectors.dtype, found]).toEqual([[8, 3], "float32", 3]);
    const wanted = Array.from({ length: 24 }, () => 0);
    wanted.splice(12, 6, 0.5, Math.fround(-0.01), 3, 1, 1, 1);
    wanted.splice(21, 3, 0, 1, 0.25);
    expect(Array.from(vectors.data)).toEqual(wanted);
  }
});

test("lines that are cut between two pieces of the file", async () => {
  const filler = Array.from({ length: 120_000 }, (_, i) => `é${i} 1 2 3`).join("\n");
  const { vectors, found } = await loadWordVectors(write(`${filler}\ngood 4 5 6`), words, 3);
  expect([found, ...vectors.data.subarray(15, 18)]).toEqual([1, 4, 5, 6]);
});

test.each([
  ["the 1 2 3\ngood 1 2", "glove.txt, line 2", "expected a word and 3 numbers, got 2 numbers"],
  ["the 1 2 3\n\nunheard 1 2 3 4", "glove.txt, line 3", "expected a word and 3 numbers, got 4 numbers"],
  ["good 1 x 3", "glove.txt, line 1", 'expected numbers, got "x"'],
  ["good 1  3", "glove.txt, line 1", 'expected numbers, got ""'],
  ["good 1 2 nan", "glove.txt, line 1", 'expected numbers, got "nan"'],
])("%j is refused, with the line", async (content, where, problem) => {
  await expect(loadWordVectors(write(content), words, 3)).rejects.toThrow(new FileError(where, problem));
});

test("a missing or cut file, and a dimension of 0", async () => {
  const readable = /^none\.txt: expected a readable file of word vectors, got: ENOENT/;
  await expect(loadWordVectors(join(folder, "none.txt"), words, 3)).rejects.toThrow(readable);
  const cut = write(gzipSync(text).subarray(0, 60));
  await expect(loadWordVectors(cut, words, 3)).rejects.toThrow(
    /^glove\.txt: expected a readable file of word vectors/,
  );
  const problem = "dimension must be a whole number > 0, got 0";
  await expect(loadWordVectors(cut, words, 0)).rejects.toThrow(new ArgumentError("loadWordVectors", problem));
});

test("a mark before UTF-8 is passed over; UTF-16 and a zip archive are refused with the cure", async () => {
  const { found } = await loadWordVectors(write(`\ufeff${text}`), words, 3);
  expect(found).toBe(3);
  const wide = write(Buffer.from(`\ufeff${text}`, "utf16le"));
  await expect(loadWordVectors(wide, words, 3)).rejects.toThrow(
    new FileError("glove.txt", "expected text in UTF-8, got UTF-16; save it as UTF-8"),
  );
  const zip = write(Buffer.from(zipSync({ "glove.6B.100d.txt": Buffer.from(text) })));
  await expect(loadWordVectors(zip, words, 100)).rejects.toThrow(
    new FileError(
      "glove.txt",
      "expected a text file, got a zip archive; unpack it and take one file, such as glove.6B.100d.txt",
    ),
  );
});

test("word2vec's first line is held to what follows", async () => {
  await expect(loadWordVectors(write(`6 4\n${text}`), words, 3)).rejects.toThrow(
    new FileError("glove.txt, line 1", "expected vectors of 3 numbers, got 4 numbers a word"),
  );
  await expect(loadWordVectors(write(`8 3\n${text}`), words, 3)).rejects.toThrow(
    new FileError("glove.txt", "expected 8 words, as its first line says, got 7 (truncated?)"),
  );
  // With one number a word, a line of two numbers is the vector of a number.
  const digits = new WordIndex({ 6: 1 }, 5);
  expect((await loadWordVectors(write("6 3\nthe 1"), digits, 1)).vectors.data[4]).toBe(3);
});

test.each(["0x10", "0b1", "1,5", "Infinity"])("%s is no number", async (number) => {
  await expect(loadWordVectors(write(`good ${number} 2 3`), words, 3)).rejects.toThrow(
    new FileError("glove.txt, line 1", `expected numbers, got "${number}"`),
  );
});

test("a file without line ends, and one that gzip packs a thousandfold, are refused early", async () => {
  const long = write(Buffer.alloc(2 ** 28, "x"));
  await expect(loadWordVectors(long, words, 3)).rejects.toThrow(
    "glove.txt: expected lines of at most 10192 characters, got a longer one (a text file?)",
  );
  for (const line of ["\n", "a 1 2 3\n"]) {
    const bomb = write(gzipSync(Buffer.alloc(2 ** 27, line)));
    await expect(loadWordVectors(bomb, words, 3)).rejects.toThrow(
      /^glove\.txt: expected at most \d+ bytes unpacked, got more/,
    );
  }
});

test.each(["", "\n\n", "\ufeff"])("a file without a word, %j, is no success", async (nothing) => {
  await expect(loadWordVectors(write(nothing), words, 3)).rejects.toThrow(
    "glove.txt: expected a word and 3 numbers a line, got no line",
  );
});

test("a wrong call is answered in words", async () => {
  const path = write(text);
  const call = loadWordVectors as (...args: unknown[]) => Promise<unknown>;
  await expect(call(undefined)).rejects.toThrow(
    new ArgumentError("loadWordVectors", 'path must be a text such as "models/x", got undefined'),
  );
  await expect(call("", words, 3)).rejects.toThrow(
    new ArgumentError("loadWordVectors", "path must not be empty"),
  );
  await expect(call(path, { the: 1 }, 3)).rejects.toThrow(
    "words must be a WordIndex, got an object of { the }",
  );
  await expect(call(path, words)).rejects.toThrow("dimension must be a whole number > 0, got undefined");
});
