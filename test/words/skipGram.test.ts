import { ArgumentError, DivergenceError, RandomState, ShapeError, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { nearestWords, type Reviews, skipGram, WordIndex } from "../../lib/dist/words";
import { SkipGramSampler } from "../../lib/dist/words/SkipGramSampler";
import { expectSameBits } from "../helpers/expectSameBits";

/** Two subjects with five words each (tokens 4–8 and 9–13); a review is on one of them. Token 14 is in all reviews. */
function twoSubjects(count: number, length = 30): Reviews {
  const random = new RandomState(6);
  const tokens = new Int32Array(count * length);
  for (let i = 0; i < tokens.length; i++) {
    const subject = 4 + 5 * (Math.floor(i / length) % 2);
    tokens[i] = i % length === 0 ? 1 : i % 7 === 0 ? 14 : subject + random.randint(5);
  }
  const starts = Int32Array.from({ length: count + 1 }, (_, i) => i * length);
  return { name: "two subjects", count, tokens, starts, labels: new Uint8Array(count) };
}

const words = new WordIndex(
  Object.fromEntries(
    ["a0", "a1", "a2", "a3", "a4", "b0", "b1", "b2", "b3", "b4", "it", "no"].map((w, i) => [w, i + 1]),
  ),
  16,
);
const reviews = twoSubjects(600);
const train = (options: Partial<Parameters<typeof skipGram>[1]> = {}) =>
  skipGram(reviews, {
    dictSize: 16,
    random: new RandomState(1),
    dimension: 10,
    subsample: 0,
    learningRate: 0.1,
    ...options,
  });

describe("vectors trained", () => {
  test("words of one subject are near each other, and nothing else", async () => {
    const { vectors, interrupted } = await train();
    expect([vectors.shape, interrupted]).toEqual([[16, 10], false]);
    for (const subject of ["a", "b"]) {
      const near = nearestWords(vectors, words, `${subject}0`, 4);
      expect(near.map(({ word }) => word).sort()).toEqual([1, 2, 3, 4].map((i) => subject + i));
      expect(near[0].similarity).toBeGreaterThan(near[3].similarity);
      expect(near[0].similarity).toBeLessThanOrEqual(1);
    }
  });

  test("are a function of the stream, and zeros for what is no word or does not occur", async () => {
    const [one, again, other] = await Promise.all([train(), train(), train({ random: new RandomState(2) })]);
    expectSameBits(one.vectors.data, again.vectors.data);
    expect(other.vectors.data).not.toEqual(one.vectors.data);
    const zero = Array.from({ length: 16 }, (_, i) =>
      one.vectors.data.subarray(10 * i, 10 * i + 10).every((v) => v === 0),
    );
    expect(zero).toEqual(Array.from({ length: 16 }, (_, i) => i < 4 || i === 15));
  });

  test("of a dimension that is no multiple of a vector register", async () => {
    const { vectors } = await train({ dimension: 9 });
    expect(vectors.shape).toEqual([16, 9]);
    const near = nearestWords(vectors, words, "b0", 4);
    expect(near.map(({ word }) => word).sort()).toEqual(["b1", "b2", "b3", "b4"]);
  });

  test("say how far they are, and are kept when it is stopped", async () => {
    const stop = new AbortController();
    const seen: number[][] = [];
    const long = twoSubjects(1500);
    const options = {
      dictSize: 16,
      random: new RandomState(1),
      dimension: 4,
      epochs: 3,
      signal: stop.signal,
    };
    const { vectors, interrupted } = await skipGram(long, {
      ...options,
      onStep: ({ epoch, epochs, step, steps }) => {
        seen.push([epoch, epochs, step, steps]);
        if (seen.length === 7) stop.abort();
      },
    });
    expect(seen.map(([epoch, , step]) => [epoch, step])).toEqual(
      [1, 2].flatMap((epoch) => [1, 2, 3, 4, 5].map((step) => [epoch, step])).slice(0, 7),
    );
    expect([interrupted, vectors.data.some((value) => value !== 0)]).toEqual([true, true]);
  });
});

describe("the sampler", () => {
  const counts = Float64Array.of(0, 0, 0, 0, 1000, 100, 10);
  const text = Int32Array.from({ length: 9000 }, (_, i) => (i % 10 === 0 ? 5 : i % 101 === 0 ? 6 : 4));
  const bounds = [0, 1, 4, 3000, 3000, 9000];

  test("keeps every word where none are left out, in windows within its sentence", () => {
    const random = new RandomState(3);
    const sampler = new SkipGramSampler(counts, 9000, { window: 4, negatives: 2, subsample: 0, random });
    expect(sampler.draw(text, bounds)).toBe(9000);
    expect(sampler.words).toEqual(text);
    const widths = new Set<number>();
    for (let c = 0; c < 9000; c++) {
      const sentence = Math.max(...bounds.filter((bound) => bound <= c));
      const end = Math.min(...bounds.filter((bound) => bound > c));
      const [left, right] = [c - sampler.firsts[c], sampler.lasts[c] - 1 - c];
      widths.add(Math.max(left, right));
      expect(left).toBeLessThanOrEqual(Math.min(4, c - sentence));
      expect(right).toBeLessThanOrEqual(Math.min(4, end - 1 - c));
      if (c > sentence + 4 && c < end - 5) expect(left).toBe(right);
    }
    expect([...widths].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test("leaves out frequent words, and draws samples by frequency to the ¾", () => {
    const random = new RandomState(4);
    const subsample = 0.05;
    const sampler = new SkipGramSampler(counts, 9000, { window: 4, negatives: 5, subsample, random });
    const kept = sampler.draw(text, bounds);
    const share = (word: number): number =>
      sampler.words.subarray(0, kept).filter((w) => w === word).length /
      text.filter((w) => w === word).length;
    for (const word of [4, 5]) {
      const ratio = (subsample * 1110) / counts[word];
      expect(share(word)).toBeCloseTo(Math.min(1, Math.sqrt(ratio) + ratio), 1);
    }
    expect(share(6)).toBe(1);
    const samples = Array.from({ length: kept }, (_, c) => sampler.targets.subarray(6 * c + 1, 6 * c + 6));
    for (let c = 0; c < kept; c++) {
      expect(sampler.targets[6 * c]).toBe(sampler.words[c]);
      expect(samples[c].includes(sampler.words[c])).toBe(false);
    }
    // Where the word itself is 6, no sample is 4 or 5 by coincidence but by the table alone.
    const of6 = samples.flatMap((row, c) => (sampler.words[c] === 6 ? Array.from(row) : []));
    const powers = [1000, 100, 10].map((count) => count ** 0.75);
    const wanted = powers[0] / (powers[0] + powers[1] + powers[2]);
    expect(of6.filter((word) => word === 4).length / of6.length).toBeCloseTo(wanted, 1);
  });
});

describe("refused", () => {
  test.each([
    [{ dimension: 0 }, "dimension must be a whole number > 0, got 0"],
    [{ window: 1.5 }, "window must be a whole number > 0, got 1.5"],
    [{ negatives: -1 }, "negatives must be a whole number > 0, got -1"],
    [{ epochs: Number.NaN }, "epochs must be a whole number > 0, got NaN"],
    [{ dictSize: 0 }, "dictSize must be a whole number > 0, got 0"],
    [{ learningRate: 0 }, "learningRate must be a number > 0, got 0"],
    [{ subsample: -1 }, "subsample must be a number ≥ 0, got -1"],
    [{ dictSize: 4 }, "no word of two subjects is in the dictionary"],
  ])("%j", async (options, problem) => {
    await expect(train(options)).rejects.toThrow(new ArgumentError("skipGram", problem));
  });

  test("neighbours of a word without a vector, of none, and in another dictionary", () => {
    const vectors = Tensor.ones([16, 3]);
    vectors.data.fill(0, 45);
    const refuse = (word: string, count?: number) => () => nearestWords(vectors, words, word, count);
    const problem = "word must be in the dictionary and have a vector, got ";
    expect(refuse("no")).toThrow(new ArgumentError("nearestWords", `${problem}"no"`));
    expect(refuse("unheard")).toThrow(new ArgumentError("nearestWords", `${problem}"unheard"`));
    expect(refuse("a0", 0)).toThrow(
      new ArgumentError("nearestWords", "count must be a whole number > 0, got 0"),
    );
    expect(() => nearestWords(Tensor.ones([15, 3]), words, "a0")).toThrow(
      new ShapeError("nearestWords", "vectors must be [16, dimension], got [15, 3]"),
    );
    for (const { similarity } of nearestWords(vectors, words, "a0", 3)) expect(similarity).toBeCloseTo(1, 12);
  });
});

test("vectors that grow without end are an error", async () => {
  await expect(train({ learningRate: 1e30 })).rejects.toThrow(
    new DivergenceError("skipGram", "the vectors must stay finite; lower the learning rate, 1e+30"),
  );
});
