import { checkCounts, checkOptions, inWords } from "../checks";
import { checkReviews, INDEX_FROM, type Reviews } from "../datasets/imdb/Reviews";
import { ArgumentError, DivergenceError } from "../errors";
import { kernels } from "../kernels/load";
import { allocateBytes } from "../kernels/memory";
import type { AbortSignal } from "../platform/AbortSignal";
import { stoppable } from "../platform/stoppable";
import { TURN, turn } from "../platform/turn";
import { checkRandom, type RandomState } from "../tensor/RandomState";
import { Tensor } from "../tensor/Tensor";
import type { StepRecord } from "../train/FitOptions";
import { SkipGramSampler } from "./SkipGramSampler";

/** How word vectors are trained. */
export interface SkipGramOptions {
  /** Tokens from here on are left out, as if they were not there. */
  readonly dictSize: number;
  /** Where the first vectors, the words kept, the windows and the samples come from. */
  readonly random: RandomState;
  /** Numbers a word (default: 100). */
  readonly dimension?: number;
  /** The largest number of words on each side that a word is seen with (default: 5). */
  readonly window?: number;
  /** Negative samples a word (default: 5). */
  readonly negatives?: number;
  /** Times over the text (default: 5). */
  readonly epochs?: number;
  /** The rate at the start, from which it goes down to 0 in a straight line (default: 0.025). */
  readonly learningRate?: number;
  /** t: of a word with relative frequency f > t only √(t / f) + t / f are used; 0 uses all (default: 0.001). */
  readonly subsample?: number;
  /** Called after every piece of the text, about 10,000 words. */
  readonly onStep?: (record: Omit<StepRecord, "loss">) => void;
  /** Stops the training; the vectors it has reached are returned. */
  readonly signal?: AbortSignal;
}

/** Word vectors trained from a text. */
export interface SkipGram {
  /** [dictSize, dimension]; zeros for the tokens that are no words, and for words that do not occur. */
  readonly vectors: Tensor;
  /** Whether the signal or the kernel's interrupt stopped it; the vectors are those it had reached. */
  readonly interrupted: boolean;
}

/** More words than a language has. */
const MOST_WORDS = 2 ** 24;
const OPTIONS: readonly (keyof SkipGramOptions)[] = [
  "dictSize",
  "random",
  "dimension",
  "window",
  "negatives",
  "epochs",
  "learningRate",
  "subsample",
  "onStep",
  "signal",
];
/** Float32 values of a vector register. */
const LANES = 4;
const PIECE = 10_000;

/**
 * Trains word vectors by skip-gram with negative sampling: the vector x of a word in the window of another word, whose
 * output vector is y, shall make σ(x·y) large, and σ(x·y′) small for words drawn at random. The loss of a pair is
 * −log σ(x·y) − Σₖ log σ(−x·yₖ).
 *
 * As in word2vec.c windows are between 1 and `window` words wide, frequent words are left out at random, samples are
 * drawn by frequency to the power of ¾, the vectors begin in U(−½, ½) / dimension and the output vectors at 0. Other
 * than there, the words of a window share their negative samples and are updated in one step, which makes three small
 * matrix products out of many dot products (S. Ji et al., "Parallelizing word2vec in shared and distributed memory",
 * 2016). Runs on one thread; the result is a function of the text, the options and the stream.
 * Source: T. Mikolov et al., "Distributed representations of words and phrases and their compositionality", NIPS 2013.
 * @throws ArgumentError if an option is out of its domain, or no word of the reviews is in the dictionary;
 * DivergenceError if the vectors grow without end.
 */
export async function skipGram(reviews: Reviews, options: SkipGramOptions): Promise<SkipGram> {
  checkReviews("skipGram", reviews);
  checkOptions("skipGram", options, OPTIONS);
  const { dictSize, random, onStep, signal } = options;
  const { dimension = 100, window = 5, negatives = 5, epochs = 5, learningRate = 0.025 } = options;
  const { subsample = 0.001 } = options;
  checkCounts("skipGram", { dictSize, dimension, window, negatives, epochs });
  checkRandom("skipGram", random);
  if (onStep !== undefined && typeof onStep !== "function") {
    throw new ArgumentError("skipGram", `onStep must be a function, got ${inWords(onStep)}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ArgumentError("skipGram", `signal must be an AbortSignal, got ${inWords(signal)}`);
  }
  if (dictSize > MOST_WORDS) {
    throw new ArgumentError("skipGram", `dictSize must be at most ${MOST_WORDS}, got ${dictSize}`);
  }
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError("skipGram", `learningRate must be a number > 0, got ${learningRate}`);
  }
  if (!(subsample >= 0 && subsample < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError("skipGram", `subsample must be a number ≥ 0, got ${subsample}`);
  }
  const { text, bounds } = wordsOf(reviews, dictSize);
  const pieces = cut(bounds);
  const counts = new Float64Array(dictSize);
  for (const word of text) counts[word]++;
  const longest = Math.max(...pieces.map((piece) => (piece.at(-1) ?? 0) - piece[0]));
  const sampler = new SkipGramSampler(counts, longest, { window, negatives, subsample, random });
  const inputs = firstVectors(counts, dimension, random);
  const train = trainer(inputs, sampler, window, 1 + negatives);

  const interrupted = await stoppable(signal, async ({ signal: stop }) => {
    let yielded = performance.now();
    for (let epoch = 1; epoch <= epochs && !stop.aborted; epoch++) {
      for (let step = 1; step <= pieces.length && !stop.aborted; step++) {
        const done = (epoch - 1 + (step - 1) / pieces.length) / epochs;
        train(sampler.draw(text, pieces[step - 1]), learningRate * (1 - done));
        onStep?.({ epoch, epochs, step, steps: pieces.length });
        if (performance.now() - yielded < TURN) continue;
        await turn();
        yielded = performance.now();
      }
    }
    return stop.aborted;
  });
  if (!inputs.data.every(Number.isFinite)) {
    throw new DivergenceError(
      "skipGram",
      `the vectors must stay finite; lower the learning rate, ${learningRate}`,
    );
  }
  return { vectors: withoutPadding(inputs, dimension), interrupted };
}

/** The words of the dictionary in each review. */
function wordsOf(reviews: Reviews, dictSize: number): { text: Int32Array; bounds: Int32Array } {
  const text = new Int32Array(reviews.tokens.length);
  const bounds = new Int32Array(reviews.count + 1);
  let length = 0;
  for (let i = 0; i < reviews.count; i++) {
    for (let t = reviews.starts[i]; t < reviews.starts[i + 1]; t++) {
      const token = reviews.tokens[t];
      if (token > INDEX_FROM && token < dictSize) text[length++] = token;
    }
    bounds[i + 1] = length;
  }
  if (length === 0) throw new ArgumentError("skipGram", `no word of ${reviews.name} is in the dictionary`);
  return { text: text.subarray(0, length), bounds };
}

/** Whole reviews, together about PIECE words. */
function cut(bounds: Int32Array): Int32Array[] {
  const pieces: Int32Array[] = [];
  let first = 0;
  for (let i = 1; i < bounds.length; i++) {
    if (bounds[i] - bounds[first] < PIECE && i < bounds.length - 1) continue;
    pieces.push(bounds.subarray(first, i + 1));
    first = i;
  }
  return pieces;
}

/** Random vectors for the words that occur, in rows that are whole vector registers, filled up with zeros. */
function firstVectors(counts: Float64Array, dimension: number, random: RandomState): Tensor {
  const width = Math.ceil(dimension / LANES) * LANES;
  const vectors = Tensor.zeros([counts.length, width]);
  for (let word = 0; word < counts.length; word++) {
    if (counts[word] === 0) continue;
    const row = vectors.data.subarray(word * width, word * width + dimension);
    random.fillUniform(row, -0.5 / dimension, 0.5 / dimension);
  }
  return vectors;
}

function withoutPadding(vectors: Tensor, dimension: number): Tensor {
  const [count, width] = vectors.shape;
  if (width === dimension) return vectors;
  const result = Tensor.zeros([count, dimension]);
  for (let i = 0; i < count; i++) {
    result.data.set(vectors.data.subarray(i * width, i * width + dimension), i * dimension);
  }
  return result;
}

/** Steps on the words that the sampler has drawn, from output vectors of zeros. */
function trainer(
  inputs: Tensor,
  sampler: SkipGramSampler,
  window: number,
  count: number,
): (kept: number, rate: number) => void {
  const [, width] = inputs.shape;
  const outputs = Tensor.zeros(inputs.shape);
  const kernel = kernels("float32");
  const scratch = allocateBytes(kernel.skipGramScratch(2 * window, count, width));
  const { words, firsts, lasts, targets } = sampler;
  const [w, f, l, t] = [words, firsts, lasts, targets].map(({ byteOffset }) => byteOffset);
  return (kept, rate) => {
    const [x, y] = [inputs.data.byteOffset, outputs.data.byteOffset];
    kernel.skipGram(0, kept, w, f, l, t, count, width, x, y, rate, scratch.byteOffset);
  };
}
