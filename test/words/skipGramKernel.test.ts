import { RandomState } from "scratch-nn";
import { describe, expect, test } from "vitest";
import type { DType, FloatArray } from "../../lib/dist/kernels/Kernels";
import { kernels } from "../../lib/dist/kernels/load";
import { allocate, allocateBytes, allocateInt32 } from "../../lib/dist/kernels/memory";

/** Words with their windows and targets, as the sampler would draw them. */
interface Text {
  readonly words: number[];
  readonly firsts: number[];
  readonly lasts: number[];
  /** [words][count]. */
  readonly targets: number[][];
}

/** A text of few different words, so that a window holds one twice; one sentence in three words has none beside it. */
function randomText(random: RandomState, { length = 12, window = 3, count = 6, dictSize = 7 } = {}): Text {
  const words = Array.from(random.randint(0, dictSize, length));
  const sentence = (c: number): number => Math.floor((c * 5) / length);
  const reach = (c: number, step: number): number => {
    let edge = c;
    for (let i = random.randint(1, window + 1); i > 0; i--) {
      if (words[edge + step] === undefined || sentence(edge + step) !== sentence(c)) break;
      edge += step;
    }
    return edge;
  };
  const targets = words.map((word) => {
    const samples = Array.from(random.randint(0, dictSize, count)).slice(1);
    return [word, ...samples.map((sample) => (sample === word ? -1 : sample))];
  });
  return {
    words,
    firsts: words.map((_, c) => reach(c, -1)),
    lasts: words.map((_, c) => reach(c, 1) + 1),
    targets,
  };
}

function resident(values: readonly number[]): Int32Array {
  const list = allocateInt32(values.length);
  list.set(values);
  return list;
}

/** Runs the kernel over the whole text, changing the vectors. */
function run(text: Text, inputs: FloatArray, outputs: FloatArray, width: number, rate: number): void {
  const dtype: DType = inputs instanceof Float32Array ? "float32" : "float64";
  const kernel = kernels(dtype);
  const count = text.targets[0].length;
  const lists = [text.words, text.firsts, text.lasts, text.targets.flat()].map(resident);
  const [words, firsts, lasts, targets] = lists.map(({ byteOffset }) => byteOffset);
  const widest = Math.max(...text.words.map((_, c) => text.lasts[c] - text.firsts[c] - 1));
  const scratch = allocateBytes(kernel.skipGramScratch(Math.max(widest, 1), count, width)).fill(255);
  const [x, y] = [inputs.byteOffset, outputs.byteOffset];
  const { length } = text.words;
  kernel.skipGram(0, length, words, firsts, lasts, targets, count, width, x, y, rate, scratch.byteOffset);
}

const row = (matrix: FloatArray, i: number, width: number): FloatArray =>
  matrix.subarray(i * width, (i + 1) * width);

function dot(a: FloatArray, b: FloatArray): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/** The formulas, in plain loops. */
function reference(text: Text, inputs: FloatArray, outputs: FloatArray, width: number, rate: number): void {
  for (let c = 0; c < text.words.length; c++) {
    const [oldInputs, oldOutputs] = [inputs.slice(), outputs.slice()];
    for (let p = text.firsts[c]; p < text.lasts[c]; p++) {
      if (p === c) continue;
      for (const [t, target] of text.targets[c].entries()) {
        if (target < 0) continue;
        const x = row(oldInputs, text.words[p], width);
        const y = row(oldOutputs, target, width);
        const g = rate * ((t === 0 ? 1 : 0) - 1 / (1 + Math.exp(-dot(x, y))));
        for (let j = 0; j < width; j++) {
          inputs[text.words[p] * width + j] += g * y[j];
          outputs[target * width + j] += g * x[j];
        }
      }
    }
  }
}

function randomVectors(random: RandomState, dtype: DType, length: number): FloatArray {
  const vectors = allocate(dtype, length);
  return random.fillNormal(vectors, 0, 0.5);
}

describe.each([
  ["float64", 1e-12],
  ["float32", 2e-5],
] as const)("the kernel in %s is the formula", (dtype, tolerance) => {
  // Below, at and beyond the four vectors that are worked on at once; targets below, at and beyond six.
  test.each([
    { width: 4, count: 2, window: 1 },
    { width: 16, count: 6, window: 3 },
    { width: 20, count: 7, window: 2 },
    { width: 100, count: 6, window: 5 },
    { width: 128, count: 12, window: 4 },
  ])("$width values, $count targets, windows of $window", ({ width, count, window }) => {
    const random = new RandomState(width);
    const text = randomText(random, { length: 23, window, count });
    const [inputs, outputs] = [1, 2].map(() => randomVectors(random, dtype, 7 * width));
    const wanted = [inputs, outputs].map((vectors) => Float64Array.from(vectors));
    reference(text, wanted[0], wanted[1], width, 0.05);
    run(text, inputs, outputs, width, 0.05);
    for (const [i, vectors] of [inputs, outputs].entries()) {
      const far = Math.max(...Array.from(vectors, (value, j) => Math.abs(value - wanted[i][j])));
      expect(far).toBeLessThan(tolerance);
    }
  });
});

test("a step is down the gradient of −log σ(x·y) − Σ log σ(−x·yₖ)", () => {
  const width = 6;
  const text: Text = { words: [0, 1, 2, 1], firsts: [0, 0, 0, 3], lasts: [1, 1, 4, 4], targets: [] };
  const one: Text = {
    ...text,
    firsts: [0, 1, 0, 3],
    lasts: [1, 2, 4, 4],
    targets: text.words.map((w) => [w, 3, -1, 4, 3]),
  };
  const random = new RandomState(5);
  const [inputs, outputs] = [1, 2].map(() => randomVectors(random, "float64", 5 * width));
  const softplus = (z: number): number => Math.log1p(Math.exp(z));
  const loss = (): number => {
    let sum = 0;
    for (const context of [0, 1, 1]) {
      const x = row(inputs, context, width);
      sum += softplus(-dot(x, row(outputs, 2, width)));
      for (const sample of [3, 4, 3]) sum += softplus(dot(x, row(outputs, sample, width)));
    }
    return sum;
  };
  const h = 1e-5;
  const slopes = [inputs, outputs].map((vectors) =>
    Array.from(vectors, (value, j) => {
      vectors[j] = value + h;
      const up = loss();
      vectors[j] = value - h;
      const down = loss();
      vectors[j] = value;
      return (up - down) / (2 * h);
    }),
  );
  const before = [inputs, outputs].map((vectors) => vectors.slice());
  run(one, inputs, outputs, width, 1);
  for (const [i, vectors] of [inputs, outputs].entries()) {
    for (const [j, slope] of slopes[i].entries()) expect(before[i][j] - vectors[j]).toBeCloseTo(slope, 8);
  }
});
