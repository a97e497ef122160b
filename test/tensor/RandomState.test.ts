import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ArgumentError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { RandomState } from "../../lib/dist/tensor/RandomState";

type Answer = number | number[];
interface Fixture {
  calls: {
    seed: number | number[];
    steps: { name: string; args: (number | number[] | boolean)[]; answer: Answer }[];
    state: { key: string; pos: number; hasGauss: boolean; cachedGaussian: number };
  }[];
  normals: {
    seed: number;
    count: number;
    sha256: string;
  };
  digests: Record<string, string> & { seed: number };
}

const fixture = JSON.parse(
  readFileSync(join(__dirname, "../fixtures/numpy-random.json"), "utf8"),
) as unknown as Fixture;

function sha256(array: Float64Array | Int32Array | Uint32Array): string {
  return createHash("sha256")
    .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    .digest("hex");
}

/** Calls the method that NumPy names so; numbers and arrays come back as plain ones. */
function call(stream: RandomState, name: string, args: (number | number[] | boolean)[]): Answer {
  if (name === "shuffle") {
    const values = [...(args[0] as number[])];
    stream.shuffle(values);
    return values;
  }
  const method = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const methods = stream as unknown as Record<string, (...args: unknown[]) => number | ArrayLike<number>>;
  const answer = methods[method]!(...args);
  return typeof answer === "number" ? answer : Array.from(answer);
}

describe("equals numpy.random.RandomState", () => {
  for (const { seed, steps, state } of fixture.calls) {
    test(`call after call, seed ${JSON.stringify(seed).slice(0, 40)}`, () => {
      const stream = new RandomState(seed);
      for (const { name, args, answer } of steps) {
        const got = call(stream, name, args);
        expect(got, `${name}(${args})`).toEqual(answer);
      }
      const { key, pos, hasGauss, cachedGaussian } = stream.getState();
      expect(sha256(Uint32Array.from(key))).toBe(state.key);
      expect({ pos, hasGauss }).toEqual({ pos: state.pos, hasGauss: state.hasGauss });
      expect(cachedGaussian).toBe(state.cachedGaussian);
    });
  }

  test("200,000 normals are NumPy's to the bit", () => {
    const { seed, count, sha256: theirs } = fixture.normals;
    expect(sha256(new RandomState(seed).randn(count))).toBe(theirs);
  });

  test("long arrays", () => {
    const { digests } = fixture;
    const stream = new RandomState(digests.seed);
    expect(sha256(stream.permutation(60000))).toBe(digests.permutation60000);
    expect(sha256(stream.rand(100000))).toBe(digests.rand100000);
    const batches = new Int32Array(12800);
    for (let i = 0; i < 100; i++) batches.set(stream.choice(48000, 128), 128 * i);
    expect(sha256(batches)).toBe(digests.choice48000x128x100);
    expect(sha256(stream.choice(60000, 60000, false))).toBe(digests.choice60000of60000);
    const wide = stream.randint(0, 2 ** 40, 20000);
    expect(wide).toBeInstanceOf(Float64Array);
    expect(sha256(wide)).toBe(digests.randint2e40);
  });
});

describe("state", () => {
  test("JSON keeps it, and a copy goes on alike", () => {
    const stream = new RandomState(5);
    stream.randn(3);
    stream.randint(0, 1000, 700);
    const json = JSON.stringify(stream.getState());
    const restored = RandomState.fromState(JSON.parse(json));
    const copy = stream.clone();
    const next = [...stream.randn(4), ...stream.permutation(50), stream.uniform(2, 3)];
    expect([...restored.randn(4), ...restored.permutation(50), restored.uniform(2, 3)]).toEqual(next);
    expect([...copy.randn(4), ...copy.permutation(50), copy.uniform(2, 3)]).toEqual(next);
  });

  test("a state that is not one is refused", () => {
    const state = new RandomState(1).getState();
    const set = (part: object) => () => new RandomState(1).setState({ ...state, ...part });
    expect(set({ algorithm: "PCG64" })).toThrow(
      'RandomState.setState: algorithm must be MT19937, got "PCG64"',
    );
    expect(set({ key: [1, 2] })).toThrow("key must be a list of 624 words, got an array of 2");
    expect(set({ key: undefined })).toThrow("key must be a list of 624 words, got undefined");
    expect(set({ key: state.key.map((word, i) => (i === 3 ? -1 : word)) })).toThrow(
      "key[3] must be an integer in [0, 4294967295], got -1",
    );
    expect(set({ pos: 625 })).toThrow("pos must be an integer in [0, 624], got 625");
    expect(set({ cachedGaussian: Number.NaN })).toThrow("cachedGaussian must be finite, got NaN");
  });
});

describe("skipping", () => {
  const prefix = fc.record({ seed: fc.nat(), normals: fc.nat(3), words: fc.nat(1300) });

  /** A stream somewhere in a block, with or without a cached normal, twice. */
  function streams(at: { seed: number; normals: number; words: number }): [RandomState, RandomState] {
    const stream = new RandomState(at.seed);
    stream.randn(at.normals);
    stream.randint(0, 2 ** 32, at.words);
    return [stream, stream.clone()];
  }

  test("is drawing and throwing away", () => {
    fc.assert(
      fc.property(prefix, fc.nat(3000), fc.integer({ min: 1, max: 2 ** 33 }), (at, count, high) => {
        const [drawn, skipped] = streams(at);
        drawn.randn(count);
        skipped.skipNormals(count);
        expect(skipped.getState()).toEqual(drawn.getState());
        drawn.rand(count);
        skipped.skipUniforms(count);
        expect(skipped.getState()).toEqual(drawn.getState());
        for (let i = 0; i < count; i++) drawn.randint(0, high);
        skipped.skipRandint(0, high, count);
        expect(skipped.getState()).toEqual(drawn.getState());
      }),
      { numRuns: 30 },
    );
  });
});

describe("laws", () => {
  test("one call of n equals n calls of one", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(50),
        fc.integer(),
        fc.integer({ min: 1, max: 2 ** 34 }),
        (seed, n, low, width) => {
          const whole = new RandomState(seed);
          const single = whole.clone();
          const times = (draw: () => number) => Array.from({ length: n }, draw);
          expect([...whole.randint(low, low + width, n)]).toEqual(
            times(() => single.randint(low, low + width)),
          );
          expect([...whole.normal(3, 2, n)]).toEqual(times(() => single.normal(3, 2)));
          expect([...whole.uniform(-1, 5, n)]).toEqual(times(() => single.uniform(-1, 5)));
        },
      ),
    );
  });

  test("a permutation is one, of any kind of array", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(300), (seed, n) => {
        const sorted = new RandomState(seed).permutation(n).sort();
        expect([...sorted]).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
    const letters = ["a", "b", "c", "d"];
    expect(new RandomState(1).permutation(letters).sort()).toEqual(letters);
    expect(letters).toEqual(["a", "b", "c", "d"]);
    expect(new RandomState(1).permutation(Uint8Array.of(7, 8))).toBeInstanceOf(Uint8Array);
  });

  test("integers stay in their range and reach its ends", () => {
    const values = [...new RandomState(3).randint(-3, 3, 500)];
    expect(new Set(values)).toEqual(new Set([-3, -2, -1, 0, 1, 2]));
  });

  test("choice takes from arrays of any kind", () => {
    const stream = new RandomState(0);
    expect(["x", "y"]).toContain(stream.choice(["x", "y"]));
    expect(stream.choice(["x", "y", "z"], 3, false).sort()).toEqual(["x", "y", "z"]);
    expect(stream.choice(Float32Array.of(0.5), 2)).toEqual(Float32Array.of(0.5, 0.5));
  });

  test("filling rounds the same numbers to the array's type", () => {
    const stream = new RandomState(11);
    const copy = stream.clone();
    expect(stream.fillNormal(new Float32Array(9), 1, 2)).toEqual(Float32Array.from(copy.normal(1, 2, 9)));
    expect(stream.fillUniform(new Float32Array(9), -1, 1)).toEqual(Float32Array.from(copy.uniform(-1, 1, 9)));
  });
});

describe("bad arguments", () => {
  const stream = new RandomState(0);
  const cases: [name: string, call: () => unknown, message: string][] = [
    [
      "no seed",
      () => new RandomState(undefined as unknown as number),
      "seed must be an integer or a list of them, got undefined",
    ],
    ["negative seed", () => new RandomState(-1), "seed must be an integer in [0, 4294967295], got -1"],
    ["large seed", () => new RandomState(2 ** 32), "got 4294967296"],
    ["fractional seed", () => new RandomState(1.5), "got 1.5"],
    ["no seed in array", () => new RandomState([]), "RandomState: seed must not be empty"],
    ["bad seed in array", () => new RandomState([1, -2]), "seed[1] must be"],
    ["negative size", () => stream.randn(3, -1), "RandomState.randn: sizes must be"],
    ["fractional size", () => stream.rand(2.5), "RandomState.rand: sizes must be"],
    ["reversed bounds", () => stream.uniform(1, 0), "low <= high must be finite, got [1, 0)"],
    ["infinite bounds", () => stream.uniform(0, Infinity), "low <= high must be finite"],
    ["negative std", () => stream.normal(0, -1), "std must be finite and not negative, got -1"],
    ["NaN mean", () => stream.normal(Number.NaN, 1), "mean must be finite, got NaN"],
    ["empty range", () => stream.randint(5, 5), "low < high must be integers at most 2^53 apart, got [5, 5)"],
    ["fractional bound", () => stream.randint(0.5), "low < high must be integers"],
    ["too wide", () => stream.randint(-2, 2 ** 53 - 1), "at most 2^53 apart"],
    ["permutation", () => stream.permutation(-1), "n must be an integer"],
    [
      "choice of none",
      () => stream.choice(0),
      "RandomState.choice: n must be an integer in [1, 2147483647], got 0",
    ],
    ["choice of no values", () => stream.choice([]), "the number of values must be"],
    ["too many", () => stream.choice(3, 4, false), "size must be at most 3 without replacement, got 4"],
    ["p of another length", () => stream.choice(3, 1, true, [1]), "p must have 3 elements, got 1"],
    ["negative p", () => stream.choice(2, 1, true, [-0.5, 1.5]), "p must not be negative, got p[0] = -0.5"],
    ["NaN in p", () => stream.choice(2, 1, true, [Number.NaN, 1]), "got p[0] = NaN"],
    ["sum of p", () => stream.choice(2, 1, true, [0.5, 0.6]), "p must sum to 1, got 1.1"],
    [
      "zeros in p",
      () => stream.choice(2, 2, false, [1, 0]),
      "p must have at least 2 elements above 0, got 1",
    ],
    ["skip", () => stream.skipNormals(-1), "count must be an integer"],
  ];
  test.each(cases)("%s", (_, call, message) => {
    const before = stream.getState();
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
    expect(stream.getState()).toEqual(before);
  });
});
