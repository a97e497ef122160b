import fc from "fast-check";
import { ArgumentError, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { inWords } from "../../lib/dist/checks";
import { checkDataset, type Dataset, sampleSize, split, subset, take } from "../../lib/dist/datasets/Dataset";

/** Sample i is [10 i, 10 i + 1, …] as a 2 × 2 image, of class i mod 3. */
function numbered(count: number, overrides: Partial<Dataset> = {}): Dataset {
  const inputs = Float64Array.from({ length: 4 * count }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  return { name: "numbered", count, sampleShape: [2, 2], classes: 3, inputs, labels, ...overrides };
}

test("a sample has as many numbers as its shape says", () => {
  expect(sampleSize(numbered(1))).toBe(4);
  expect(sampleSize(numbered(1, { sampleShape: [] }))).toBe(1);
});

describe("subset", () => {
  test("copies the samples asked for, in that order", () => {
    const data = numbered(5);
    const { inputs, labels, ...rest } = subset(data, [4, 0, 4]);
    expect(rest).toEqual({ name: "numbered", count: 3, sampleShape: [2, 2], classes: 3 });
    expect(inputs).toEqual(Float64Array.of(40, 41, 42, 43, 0, 1, 2, 3, 40, 41, 42, 43));
    expect(labels).toEqual(Uint8Array.of(1, 0, 1));
    expect(subset(data, Int32Array.of()).count).toBe(0);
  });

  test("keeps the kind of the arrays, and leaves shared memory", () => {
    const inputs = new Uint8Array(new SharedArrayBuffer(12)).fill(7);
    const part = subset(numbered(3, { inputs, labels: Int32Array.of(0, 1, 2) }), [2]);
    expect(part.inputs).toEqual(Uint8Array.of(7, 7, 7, 7));
    expect(part.inputs.buffer).toBeInstanceOf(ArrayBuffer);
    expect(part.labels).toEqual(Int32Array.of(2));
    for (const Kind of [Uint16Array, Float32Array, Float64Array]) {
      const inputs = Kind.of(1, 2, 3, 4);
      expect(subset(numbered(1, { inputs }), [0]).inputs).toEqual(inputs);
    }
  });

  test("by a permutation and by its inverse is the dataset again", () => {
    const data = numbered(20);
    const order = Array.from({ length: 20 }, (_, i) => i);
    fc.assert(
      fc.property(fc.shuffledSubarray(order, { minLength: 20 }), (permutation) => {
        const inverse = order.map((i) => permutation.indexOf(i));
        expect(subset(subset(data, permutation), inverse)).toEqual(data);
      }),
    );
  });

  test.each([[-1], [5], [0.5], [Number.NaN]])("refuses index %d", (index) => {
    expect(() => subset(numbered(5), [0, index])).toThrow(
      new ArgumentError("subset", `indices must be 0 to 4, got ${index} at 1`),
    );
  });
});

describe("take", () => {
  test("is a view of the first samples", () => {
    const data = numbered(5);
    const part = take(data, 2);
    expect(part.count).toBe(2);
    expect(part.inputs).toEqual(Float64Array.of(0, 1, 2, 3, 10, 11, 12, 13));
    expect(part.labels).toEqual(Uint8Array.of(0, 1));
    expect(part.inputs.buffer).toBe(data.inputs.buffer);
  });

  test.each([[0], [6], [1.5], [-1], [Number.NaN]])("refuses n = %d", (n) => {
    expect(() => take(numbered(5), n)).toThrow(new ArgumentError("take", `n must be 1 to 5, got ${n}`));
  });
});

describe("split", () => {
  test("cuts consecutive views", () => {
    const data = numbered(6);
    const [a, b, c] = split(data, [1, 3, 2]);
    expect([a.count, b.count, c.count]).toEqual([1, 3, 2]);
    expect(b.inputs).toEqual(data.inputs.slice(4, 16));
    expect(c.labels).toEqual(Uint8Array.of(1, 2));
    expect(c.inputs.buffer).toBe(data.inputs.buffer);
    expect(split(b, [2, 1])[1].inputs).toEqual(data.inputs.slice(12, 16));
  });

  test.each([[[]], [[1, 3]], [[7]], [[6, 0]], [[8, -2]], [[2.5, 3.5]]])("refuses sizes %j", (sizes) => {
    expect(() => split(numbered(6), sizes)).toThrow(
      new ArgumentError("split", `sizes must be positive and add up to 6, got [${sizes.join(", ")}]`),
    );
  });
});

describe("checkDataset", () => {
  test("returns a dataset that agrees with itself", () => {
    const data = numbered(5);
    expect(checkDataset(data, "here")).toBe(data);
  });

  test("says what disagrees", () => {
    expect(() => checkDataset(numbered(5, { sampleShape: [5] }), "DataLoader")).toThrow(
      new ShapeError("DataLoader", "inputs must be [5, 5], 25 numbers, got 20"),
    );
    expect(() => checkDataset(numbered(2, { labels: Uint8Array.of(1) }), "DataLoader")).toThrow(
      new ShapeError("DataLoader", "labels must be [2], one per sample, got [1]"),
    );
    expect(() => checkDataset(numbered(2, { labels: Int32Array.of(0, -1) }), "DataLoader")).toThrow(
      new ArgumentError(
        "DataLoader",
        "labels of numbered must be whole numbers from 0 to 2, got -1 in sample 1",
      ),
    );
    expect(() => checkDataset(numbered(5, { classes: 2 }), "DataLoader")).toThrow(
      new ArgumentError(
        "DataLoader",
        "labels of numbered must be whole numbers from 0 to 1, got 2 in sample 2",
      ),
    );
  });

  test.each([
    [[0, Number.NaN], "NaN in sample 1"],
    [["cat", 0], '"cat" in sample 0'],
    [Float32Array.of(0, 1.5), "1.5 in sample 1"],
    [BigInt64Array.of(0n, 1n), "0n in sample 0"],
    [Int8Array.of(0, -1), "-1 in sample 1"],
  ])("refuses labels %o", (labels, got) => {
    const dataset = Object.assign(numbered(2), { labels });
    expect(() => checkDataset(dataset, "DataLoader")).toThrow(
      new ArgumentError("DataLoader", `labels of numbered must be whole numbers from 0 to 2, got ${got}`),
    );
  });

  test.each([[[1, 0]], [Float64Array.of(1, 0)], [Uint16Array.of(1, 0)]])(
    "refuses good labels in %o, and says what takes them",
    (labels) => {
      const dataset = Object.assign(numbered(2), { labels });
      expect(() => checkDataset(dataset, "DataLoader")).toThrow(
        new ArgumentError(
          "DataLoader",
          `labels must be a Uint8Array or an Int32Array, got ${inWords(labels)}; Int32Array.from(labels) makes one`,
        ),
      );
    },
  );

  test.each([Int8Array, Uint8ClampedArray, Int16Array, Int32Array, Uint32Array, BigInt64Array, Array])(
    "refuses inputs in an %o",
    (Kind) => {
      const dataset = Object.assign(numbered(2), { inputs: new Kind(8) });
      expect(() => checkDataset(dataset, "DataLoader")).toThrow(
        "DataLoader: inputs must be a Uint8Array (pixels), a Uint16Array (tokens), a Float32Array or a Float64Array, " +
          `got ${inWords(dataset.inputs)}; Float32Array.from(inputs, Number) makes one of numbers`,
      );
    },
  );

  test.each([
    [{ count: 2.5 }, "count must be a whole number ≥ 0, got 2.5"],
    [{ count: "2" }, 'count must be a whole number ≥ 0, got "2"'],
    [{ classes: 0 }, "classes must be a whole number > 0, got 0"],
    [{ sampleShape: [-2, -2] }, "sampleShape must be a list of whole numbers > 0, got [-2, -2]"],
    [{ sampleShape: 4 }, "sampleShape must be a list of whole numbers > 0, got 4"],
    [
      { labels: undefined },
      "dataset must have labels, got an object of { name, count, sampleShape, classes, inputs }",
    ],
  ])("refuses %o", (fields, problem) => {
    const dataset = Object.assign(numbered(2), fields) as Dataset;
    if (dataset.labels === undefined) Reflect.deleteProperty(dataset, "labels");
    for (const use of [() => checkDataset(dataset, "take"), () => take(dataset, 1)]) {
      expect(use).toThrow(new ArgumentError("take", problem));
    }
  });

  test.each([[undefined], [null], [7], ["mnist"]])("refuses %o in place of a dataset", (dataset) => {
    expect(() => checkDataset(dataset as unknown as Dataset, "DataLoader")).toThrow(
      new ArgumentError("DataLoader", `dataset must be a Dataset, got ${inWords(dataset)}`),
    );
  });
});
