import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { ArgumentError, FileError, RandomState } from "scratch-nn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkDataset } from "../../lib/dist/datasets/Dataset";
import {
  loadImdb,
  loadWordIndex,
  nearestWords,
  padReview,
  padReviews,
  readImdb,
  skipGram,
  WordIndex,
} from "../../lib/dist/words";
import { readFixture } from "../helpers/readFixture";

interface Expected {
  readonly dictSize: number;
  readonly exampleLength: number;
  readonly inputs: number[][];
  readonly labels: number[][];
  readonly lengths: number[][];
}
interface Fixture {
  readonly npz: string;
  readonly ranks: Record<string, number>;
  readonly inOrder: number[][][];
  readonly expected: Expected[];
}
const fixture = readFixture<Fixture>("imdb-mini");

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "imdb-"));
  writeFileSync(join(directory, "imdb.npz"), Buffer.from(fixture.npz, "base64"));
  writeFileSync(join(directory, "imdb_word_index.json"), JSON.stringify(fixture.ranks));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe("reviews", () => {
  test.each(fixture.expected)("are Keras's at $dictSize × $exampleLength", (expected) => {
    const { dictSize, exampleLength } = expected;
    const { train, test: held, lengths } = loadImdb({ dictSize, exampleLength, directory, original: false });
    for (const [i, part] of [train, held].entries()) {
      checkDataset(part, "test");
      expect(part.sampleShape).toEqual([exampleLength]);
      expect(Array.from(part.inputs)).toEqual(expected.inputs[i]);
      expect(Array.from(part.labels)).toEqual(expected.labels[i]);
    }
    expect([lengths.train, lengths.test].map((values) => Array.from(values))).toEqual(expected.lengths);
  });

  test("in the file's order, where they are not shuffled", () => {
    const parts = readImdb({ directory, original: false, shuffle: false });
    for (const [i, { count, tokens, starts }] of [parts.train, parts.test].entries()) {
      const rows = Array.from({ length: count }, (_, r) =>
        Array.from(tokens.subarray(starts[r], starts[r + 1])),
      );
      expect(rows).toEqual(fixture.inOrder[i]);
    }
  });

  test("are floats where a token does not fit into 16 bits", () => {
    const { train } = readImdb({ directory, original: false });
    const small = padReviews(train, { dictSize: 65_536, exampleLength: 9 }).dataset.inputs;
    const large = padReviews(train, { dictSize: 65_537, exampleLength: 9 }).dataset.inputs;
    expect(small).toBeInstanceOf(Uint16Array);
    expect(large).toBeInstanceOf(Float32Array);
    expect(Array.from(small)).toEqual(Array.from(large));
  });

  test("one by one", () => {
    expect(Array.from(padReview([1, 7, 9], 5))).toEqual([0, 0, 1, 7, 9]);
    expect(Array.from(padReview([1, 7, 9], 2))).toEqual([7, 9]);
    const problem = "tokens must not be empty, got an empty review";
    expect(() => padReview([], 5)).toThrow(new ArgumentError("padReview", problem));
  });

  test.each([0, -1, 2.5, Number.NaN])("refuse a length of %s, and such a dictionary", (bad) => {
    const length = `exampleLength must be a whole number > 0, got ${bad}`;
    expect(() => padReview([1], bad)).toThrow(new ArgumentError("padReview", length));
    const options = { directory, original: false, dictSize: 20, exampleLength: 5 };
    expect(() => loadImdb({ ...options, exampleLength: bad })).toThrow(new ArgumentError("loadImdb", length));
    const size = `dictSize must be a whole number ≥ 4, got ${bad}`;
    expect(() => loadImdb({ ...options, dictSize: bad })).toThrow(new ArgumentError("loadImdb", size));
    expect(() => new WordIndex({}, bad)).toThrow(new ArgumentError("WordIndex", size));
  });
});

describe("a file of reviews", () => {
  const other = (content: Uint8Array): string => {
    const folder = mkdtempSync(join(directory, "other-"));
    writeFileSync(join(folder, "imdb.npz"), content);
    return folder;
  };

  /** An .npy file of numbers, or with a pickle of protocol 0 for objects. */
  const npy = (descr: string, count: number, data: Uint8Array): Uint8Array => {
    const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${count},), }\n`;
    return Buffer.concat([
      Buffer.from("\x93NUMPY\x01\x00", "latin1"),
      Buffer.of(header.length, 0),
      strToU8(header),
      data,
    ]);
  };
  const lists = (count: number, items: string): Uint8Array => {
    const dtype = "cnumpy\ndtype\n(S'O8'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI63\ntb";
    const array = `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I${count}\nt${dtype}I00\n(${items}ltb.`;
    return npy("|O", count, strToU8(array));
  };
  const archive = (items: string, labels: readonly number[]): string => {
    const x = lists(labels.length, items);
    const y = npy("|u1", labels.length, Uint8Array.from(labels));
    return other(zipSync({ "x_train.npy": x, "y_train.npy": y, "x_test.npy": x, "y_test.npy": y }));
  };

  test("that is missing: what to do, its size, checksum and place", () => {
    const none = join(directory, "none");
    expect(() => readImdb({ directory: none })).toThrow(
      new FileError(
        join(none, "imdb.npz"),
        "expected the IMDB reviews, got no file; run npm run data:imdb, or put " +
          "https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz (17,464,789 bytes, sha256 " +
          "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f) there yourself: " +
          join(none, "imdb.npz"),
      ),
    );
    expect(() => loadWordIndex({ directory: none, dictSize: 20 })).toThrow(
      /1,641,221 bytes, sha256 027313fe9a/,
    );
  });

  test("that is not the original", () => {
    const problem =
      "expected IMDB train to hold 25000 reviews, 12500 of them good, of 5942841 words, " +
      "got 12 reviews, 6 of them good, of 90 words";
    expect(() => readImdb({ directory })).toThrow(new FileError("imdb.npz", problem));
  });

  test("that is no archive, or lacks an array", () => {
    expect(() => readImdb({ directory: other(strToU8("hello")) })).toThrow(
      /^imdb\.npz: expected a \.npz file/,
    );
    const empty = other(zipSync({ "x_train.npy": strToU8("") }));
    expect(() => readImdb({ directory: empty })).toThrow(
      /got no y_train\.npy, no x_test\.npy, no y_test\.npy/,
    );
  });

  test.each([
    ["an empty review", "(I5\nl(l", [0, 1], "expected at least a word in review 1, got an empty review"],
    ["a word of rank 0", "(I5\nl(I0\nl", [0, 1], "expected words by their rank, 1 and up, got 0 in review 1"],
    ["half a word", "(F5.5\nl", [0], "expected words by their rank, 1 and up, got 5.5 in review 0"],
    ["no list", "I1\n", [0], "expected a list of words as review 0, got something else"],
    ["a third label", "(I5\nl(I6\nl", [0, 2], "expected labels 0 and 1, got 2 of review 1"],
  ])("with %s", (_, items, labels, problem) => {
    const folder = archive(items, labels);
    const refused = new FileError("imdb.npz/x_train", problem);
    expect(() => readImdb({ directory: folder, original: false })).toThrow(refused);
  });
});

describe("words", () => {
  test("a text and its tokens", () => {
    const words = loadWordIndex({ directory, dictSize: 50 });
    const tokens = words.encodeReview("It's a GOOD film;<br />the film... (that I-like)!");
    expect(Array.from(tokens)).toEqual([1, 46, 6, 2, 22, 10, 4, 22, 15, 13, 41]);
    expect(words.decodeReview(tokens)).toBe("it's a ? film br the film that i like");
    expect(words.decodeReview([0, 0, ...tokens])).toBe(words.decodeReview(tokens));
    expect([words.wordOf(0), words.wordOf(1), words.wordOf(2), words.wordOf(3)]).toEqual([
      "<padding>",
      "<start>",
      "?",
      "<unused>",
    ]);
    expect([words.tokenOf("the"), words.tokenOf("unheard"), words.tokenOf("constructor")]).toEqual([4, 2, 2]);
  });

  test("every token of the dictionary there and back", () => {
    const words = new WordIndex(fixture.ranks, 53);
    for (let token = 4; token < 53; token++) expect(words.tokenOf(words.wordOf(token))).toBe(token);
  });

  test.each([-1, 50, 3.5, Number.NaN])("refuse token %s, outside the dictionary", (token) => {
    const words = new WordIndex(fixture.ranks, 50);
    const problem = `a token must be 0 to 49, got ${token}`;
    expect(() => words.decodeReview([1, token])).toThrow(new ArgumentError("WordIndex", problem));
  });

  test("encode a text of any length", () => {
    const words = new WordIndex(fixture.ranks, 50);
    expect(words.encodeReview("x ".repeat(200_000))).toHaveLength(200_001);
  });

  test.each(["", "  \n", "?!"])("refuse an empty review, %j", (text) => {
    const problem = `text must hold a word, got ${JSON.stringify(text)}`;
    const words = new WordIndex(fixture.ranks, 50);
    expect(() => words.encodeReview(text)).toThrow(new ArgumentError("WordIndex.encodeReview", problem));
  });

  test("refuse a dictionary that is none", () => {
    const rank = (ranks: Record<string, unknown>) => () => new WordIndex(ranks, 50);
    const problem = "expected another whole number ≥ 1 for each word, got ";
    expect(rank({ a: 0 })).toThrow(new FileError("word index", `${problem}a: 0`));
    expect(rank({ a: "x" })).toThrow(new FileError("word index", `${problem}a: x`));
    expect(rank({ a: 1, b: 1 })).toThrow(new FileError("word index", `${problem}b: 1`));
    const folder = mkdtempSync(join(directory, "words-"));
    const path = join(folder, "imdb_word_index.json");
    writeFileSync(path, "[1]");
    expect(() => loadWordIndex({ directory: folder, dictSize: 9 })).toThrow(
      /expected an object of words and their ranks, got an array of 1; move it away, and run npm run data:imdb/,
    );
    writeFileSync(path, "{");
    expect(() => loadWordIndex({ directory: folder, dictSize: 9 })).toThrow(
      /imdb_word_index.json: expected JSON, got: /,
    );
  });
});

describe("a wrong call is answered in words", () => {
  const few = {
    name: "few",
    count: 1,
    tokens: Int32Array.of(1, 4, 5),
    starts: Int32Array.of(0, 3),
    labels: Uint8Array.of(1),
  };
  const stream = { dictSize: 9, random: new RandomState(1) };
  type Call = (...args: unknown[]) => unknown;
  test.each<[string, Call, unknown[], string]>([
    ["loadImdb", loadImdb as Call, [], "options must be an object of"],
    [
      "loadImdb",
      loadImdb as Call,
      [{ dictSize: 9 }],
      "exampleLength must be a whole number > 0, got undefined",
    ],
    ["loadImdb", loadImdb as Call, [{ dictSize: 9, exampleLength: 5, dir: "x" }], 'unknown option "dir"'],
    [
      "readImdb",
      readImdb as Call,
      ["data"],
      'options must be an object of { directory, shuffle, original }, got "data"',
    ],
    ["readImdb", readImdb as Call, [{ directory: 5 }], 'directory must be a text such as "models/x", got 5'],
    ["readImdb", readImdb as Call, [{ shuffle: 1 }], "shuffle must be true or false, got 1"],
    ["loadWordIndex", loadWordIndex as Call, [5], "options must be an object of"],
    ["loadWordIndex", loadWordIndex as Call, [{}], "dictSize must be a whole number ≥ 4, got undefined"],
    [
      "padReviews",
      padReviews as Call,
      [{}, { dictSize: 9, exampleLength: 5 }],
      "reviews must be those of readImdb",
    ],
    ["padReview", padReview as Call, [undefined, 5], "tokens must not be empty, got undefined"],
    [
      "WordIndex.encodeReview",
      new WordIndex({ a: 1 }, 9).encodeReview as Call,
      [5],
      "text must be a text, got 5",
    ],
    ["skipGram", skipGram as Call, [undefined, {}], "reviews must be those of readImdb"],
    ["skipGram", skipGram as Call, [few, undefined], "options must be an object of"],
    ["skipGram", skipGram as Call, [few, { dictSize: 9 }], "random must be a RandomState, got undefined"],
    ["skipGram", skipGram as Call, [few, { ...stream, signal: 5 }], "signal must be an AbortSignal, got 5"],
    ["skipGram", skipGram as Call, [few, { ...stream, onStep: 5 }], "onStep must be a function, got 5"],
    [
      "skipGram",
      skipGram as Call,
      [few, { ...stream, dictSize: 2 ** 40 }],
      "dictSize must be at most 16777216",
    ],
    [
      "padReviews",
      padReviews as Call,
      [few, { dictSize: 9, exampleLength: 1e15 }],
      "1 reviews of exampleLength must",
    ],
    ["padReview", padReview as Call, [[1], 1e15], "exampleLength must be at most 1073741824"],
    [
      "WordIndex.decodeReview",
      new WordIndex({ a: 1 }, 9).decodeReview as Call,
      [5],
      "tokens must be a list, got 5",
    ],
    [
      "nearestWords",
      nearestWords as Call,
      [[1], new WordIndex({ a: 1 }, 9), "a"],
      "vectors must be a tensor",
    ],
  ])("%s", async (where, call, args, problem) => {
    const answer = async (): Promise<unknown> => call.call(new WordIndex({ a: 1 }, 9), ...args);
    await expect(answer()).rejects.toThrow(ArgumentError);
    await expect(answer()).rejects.toThrow(`${where}: ${problem}`);
  });

  test("readImdb takes the defaults from an empty object", () => {
    vi.spyOn(process, "cwd").mockReturnValue(directory);
    expect(() => readImdb({})).toThrow(/imdb\.npz: expected the IMDB reviews, got no file/);
    vi.restoreAllMocks();
  });
});

describe("a word index in another form: the error names the file and the cure", () => {
  const load = (content: string | Buffer): string => {
    const folder = mkdtempSync(join(directory, "index-"));
    writeFileSync(join(folder, "imdb_word_index.json"), content);
    try {
      return `${loadWordIndex({ directory: folder, dictSize: 9 }).tokenOf("the")}`;
    } catch (error) {
      expect(error).toBeInstanceOf(FileError);
      return (error as Error).message;
    }
  };
  test.each<[string, string | Buffer, string]>([
    ["a list", '["the", "and"]', "expected an object of words and their ranks, got an array of 2"],
    ["turned round", '{"1": "the"}', "got 1: the (words and ranks changed places?)"],
    ["from 0", '{"the": 0}', "expected another whole number ≥ 1 for each word, got the: 0"],
    ["Keras's tokeniser", '{"class_name": "Tokenizer", "config": {}}', "got class_name: Tokenizer"],
    ["no JSON", "the 1", "expected JSON, got: "],
    [
      "UTF-16",
      Buffer.from('\ufeff{"the": 1}', "utf16le"),
      "expected text in UTF-8, got UTF-16; save it as UTF-8",
    ],
    ["packed", gzipSync('{"the": 1}'), "expected text in UTF-8, got other bytes"],
  ])("%s", (_, content, problem) => {
    const message = load(content);
    expect(message).toContain(problem);
    expect(message).toMatch(
      /imdb_word_index\.json: expected .*; move it away, and run npm run data:imdb, or put /,
    );
  });

  test("a mark before UTF-8 is passed over", () => {
    expect(load('\ufeff{"the": 1}')).toBe("4");
  });
});

const shared = join(__dirname, "../../../shared/data/imdb");
/** The 50,000 reviews, where they lie beside the repository; elsewhere there is nothing to compare. */
test("the original's contents", () => {
  if (!existsSync(join(shared, "imdb.npz"))) return;
  const {
    train,
    test: held,
    lengths,
  } = loadImdb({ directory: shared, dictSize: 10_000, exampleLength: 500 });
  expect([train.count, held.count]).toEqual([25_000, 25_000]);
  const words = loadWordIndex({ directory: shared, dictSize: 10_000 });
  const first = Array.from(train.inputs.subarray(500 - lengths.train[0], 500));
  expect(first.slice(0, 8)).toEqual([1, 14, 22, 16, 43, 530, 973, 1622]);
  expect(words.decodeReview(first)).toMatch(
    /^this film was just brilliant casting location scenery story direction/,
  );
  expect(Array.from(words.encodeReview("This film was JUST brilliant"))).toEqual(first.slice(0, 6));
});
