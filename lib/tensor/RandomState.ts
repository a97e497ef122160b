import { checkFlags, inWords, markCopy } from "../checks";
import { ArgumentError } from "../errors";
import { boundedInteger, fillBounded, skipBounded } from "./random/boundedInteger";
import {
  checkFinite,
  checkFloats,
  checkInteger,
  checkIntegers,
  checkList,
  checkMoments,
  checkProbabilities,
  checkRange,
} from "./random/checks";
import { flatArray, MAX_LENGTH, newArray } from "./random/flatArray";
import { MersenneTwister } from "./random/MersenneTwister";
import { PolarNormal } from "./random/PolarNormal";
import type { RandomStateData } from "./random/RandomStateData";
import type { TypedArray } from "./random/TypedArray";
import { takeElements } from "./random/takeElements";
import { weightedIndices } from "./random/weightedIndices";

const MAX_WORD = 2 ** 32 - 1;
const MAX_INT32 = 2 ** 31 - 1;

/**
 * A stream of random numbers equal to `numpy.random.RandomState(seed)`: the same calls, in any order, give the same
 * numbers. Integers and uniforms agree to the bit, and so do normals with a NumPy on Linux, whose C library's logarithm
 * they contain (with one on another C library, but for 1 ulp, seldom 2, in one of 3,000).
 *
 * Without a size a method returns a number, with one a flat array, filled in NumPy's order (C order): Float64Array
 * for real numbers, Int32Array for integers (Float64Array if the bounds of `randint` do not fit into 32 bits).
 * All methods throw ArgumentError for arguments outside the domain they name.
 *
 * `seed` is an integer in [0, 2^32), or any positive number of them (a different stream, even for one).
 */
export class RandomState {
  readonly #generator: MersenneTwister = new MersenneTwister();
  readonly #normal: PolarNormal = new PolarNormal(this.#generator);

  constructor(seed: number | ArrayLike<number>) {
    if (typeof seed === "number") {
      checkInteger("RandomState", "seed", seed, 0, MAX_WORD);
      this.#generator.seed(seed);
      return;
    }
    if (!Array.isArray(seed) && !ArrayBuffer.isView(seed)) {
      throw new ArgumentError(
        "RandomState",
        `seed must be an integer or a list of them, got ${inWords(seed)}`,
      );
    }
    if (seed.length === 0) throw new ArgumentError("RandomState", "seed must not be empty");
    for (let i = 0; i < seed.length; i++) checkInteger("RandomState", `seed[${i}]`, seed[i], 0, MAX_WORD);
    this.#generator.seedFromArray(seed);
  }

  /** A stream that continues from a saved state. */
  static fromState(state: RandomStateData): RandomState {
    const stream = new RandomState(0);
    stream.setState(state);
    return stream;
  }

  /** An independent copy that will give the same numbers. */
  clone(): RandomState {
    return RandomState.fromState(this.getState());
  }

  /** The whole state as plain data: `JSON.stringify` and back loses nothing. */
  getState(): RandomStateData {
    return {
      algorithm: "MT19937",
      key: Array.from(this.#generator.key),
      pos: this.#generator.pos,
      hasGauss: this.#normal.hasCached,
      cachedGaussian: this.#normal.cached,
    };
  }

  /** Goes on from a saved state, as NumPy's `set_state`. */
  setState(state: RandomStateData): void {
    const where = "RandomState.setState";
    if (state?.algorithm !== "MT19937") {
      throw new ArgumentError(where, `algorithm must be MT19937, got ${inWords(state?.algorithm)}`);
    }
    if (!Array.isArray(state.key) || state.key.length !== 624) {
      throw new ArgumentError(where, `key must be a list of 624 words, got ${inWords(state.key)}`);
    }
    for (let i = 0; i < 624; i++) checkInteger(where, `key[${i}]`, state.key[i], 0, MAX_WORD);
    checkInteger(where, "pos", state.pos, 0, 624);
    checkFinite(where, "cachedGaussian", state.cachedGaussian);
    this.#generator.restore(state.key, state.pos);
    this.#normal.hasCached = Boolean(state.hasGauss);
    this.#normal.cached = state.cachedGaussian;
  }

  /** Uniform in [0, 1), multiples of 2^-53. */
  randomSample(): number;
  randomSample(size: number): Float64Array;
  randomSample(size?: number): number | Float64Array {
    if (size === undefined) return this.#generator.nextDouble();
    return this.fillUniform(flatArray("RandomState.randomSample", [size]), 0, 1);
  }

  /** Uniform in [0, 1), as many as the product of the dimensions; `rand()` is a number. */
  rand(): number;
  rand(...dims: [number, ...number[]]): Float64Array;
  rand(...dims: number[]): number | Float64Array {
    if (dims.length === 0) return this.#generator.nextDouble();
    return this.fillUniform(flatArray("RandomState.rand", dims), 0, 1);
  }

  /** Uniform in [low, high): low + (high − low) u. */
  uniform(low?: number, high?: number): number;
  uniform(low: number, high: number, size: number): Float64Array;
  uniform(low = 0, high = 1, size?: number): number | Float64Array {
    if (size !== undefined) return this.fillUniform(flatArray("RandomState.uniform", [size]), low, high);
    checkRange("RandomState.uniform", low, high);
    return low + (high - low) * this.#generator.nextDouble();
  }

  /** Writes what `uniform(low, high, out.length)` returns into `out`, rounded to its type, and returns `out`. */
  fillUniform<A extends Float32Array | Float64Array>(out: A, low: number, high: number): A {
    checkFloats("RandomState.fillUniform", out);
    checkRange("RandomState.fillUniform", low, high);
    const generator = this.#generator;
    const range = high - low;
    for (let i = 0; i < out.length; i++) out[i] = low + range * generator.nextDouble();
    return out;
  }

  /** Normal with mean 0 and standard deviation 1. */
  standardNormal(): number;
  standardNormal(size: number): Float64Array;
  standardNormal(size?: number): number | Float64Array {
    if (size === undefined) return this.#normal.next();
    return this.fillNormal(flatArray("RandomState.standardNormal", [size]), 0, 1);
  }

  /** Standard normals, as many as the product of the dimensions; `randn()` is a number. */
  randn(): number;
  randn(...dims: [number, ...number[]]): Float64Array;
  randn(...dims: number[]): number | Float64Array {
    if (dims.length === 0) return this.#normal.next();
    return this.fillNormal(flatArray("RandomState.randn", dims), 0, 1);
  }

  /** Normal: mean + std z. */
  normal(mean?: number, std?: number): number;
  normal(mean: number, std: number, size: number): Float64Array;
  normal(mean = 0, std = 1, size?: number): number | Float64Array {
    if (size !== undefined) return this.fillNormal(flatArray("RandomState.normal", [size]), mean, std);
    checkMoments("RandomState.normal", mean, std);
    return mean + std * this.#normal.next();
  }

  /** Writes what `normal(mean, std, out.length)` returns into `out`, rounded to its type, and returns `out`. */
  fillNormal<A extends Float32Array | Float64Array>(out: A, mean: number, std: number): A {
    checkFloats("RandomState.fillNormal", out);
    checkMoments("RandomState.fillNormal", mean, std);
    const normal = this.#normal;
    for (let i = 0; i < out.length; i++) out[i] = mean + std * normal.next();
    return out;
  }

  /** Integers in [low, high), or in [0, low) where there is no high; high − low is at most 2^53. */
  randint(low: number, high?: number): number;
  randint(low: number, high: number, size: number): Int32Array | Float64Array;
  randint(low: number, high?: number, size?: number): number | Int32Array | Float64Array {
    const first = high === undefined ? 0 : low;
    const end = high === undefined ? low : high;
    checkIntegers("RandomState.randint", first, end);
    const last = end - 1;
    const range = last - first;
    if (size === undefined) return first + boundedInteger(this.#generator, range);
    checkInteger("RandomState.randint", "size", size, 0, MAX_LENGTH);
    const small = first >= -MAX_INT32 - 1 && last <= MAX_INT32;
    const out = small
      ? newArray("RandomState.randint", Int32Array, size)
      : flatArray("RandomState.randint", [size]);
    fillBounded(this.#generator, out, first, range);
    return out;
  }

  /** Puts the elements into random order, in place (Fisher and Yates, from the last element down). */
  shuffle(values: unknown[] | TypedArray): void {
    checkList("RandomState.shuffle", "values", values);
    if (Object.isFrozen(values)) {
      throw new ArgumentError("RandomState.shuffle", "values must be an array to write to, got a frozen one");
    }
    for (let i = values.length - 1; i > 0; i--) {
      const j = boundedInteger(this.#generator, i);
      const value = values[i]!;
      values[i] = values[j]!;
      values[j] = value;
    }
  }

  /** The integers 0 … n − 1, or a copy of the values, in random order. */
  permutation(n: number): Int32Array;
  permutation<T>(values: readonly T[]): T[];
  permutation<A extends TypedArray>(values: A): A;
  permutation<T>(values: number | readonly T[] | TypedArray): T[] | TypedArray {
    const where = "RandomState.permutation";
    if (typeof values === "number") checkInteger(where, "n", values, 0, MAX_INT32);
    else checkList(where, "values", values);
    const copy = typeof values === "number" ? indicesBelow(where, values) : values.slice();
    this.shuffle(copy);
    return copy as T[] | TypedArray;
  }

  /**
   * Draws from the integers 0 … n − 1, or from the values, with or without replacement, each as likely or with the
   * probabilities p.
   */
  choice(n: number): number;
  choice(n: number, size: number, replace?: boolean, p?: ArrayLike<number>): Int32Array;
  choice<T>(values: readonly T[]): T;
  choice<T>(values: readonly T[], size: number, replace?: boolean, p?: ArrayLike<number>): T[];
  choice(values: TypedArray): number;
  choice<A extends TypedArray>(values: A, size: number, replace?: boolean, p?: ArrayLike<number>): A;
  choice<T>(
    source: number | readonly T[] | TypedArray,
    size?: number,
    replace = true,
    p?: ArrayLike<number>,
  ): number | T | T[] | TypedArray {
    const where = "RandomState.choice";
    if (typeof source !== "number") checkList(where, "values", source);
    checkFlags(where, { replace });
    const count = typeof source === "number" ? source : source.length;
    checkInteger(where, typeof source === "number" ? "n" : "the number of values", count, 1, MAX_INT32);
    const draws = size ?? 1;
    checkInteger(where, "size", draws, 0, MAX_LENGTH);
    if (!replace && draws > count) {
      throw new ArgumentError(where, `size must be at most ${count} without replacement, got ${draws}`);
    }
    const indices = this.#indices(count, draws, replace, p);
    if (typeof source === "number") return size === undefined ? indices[0] : indices;
    return size === undefined ? source[indices[0]] : takeElements(source, indices);
  }

  /** Goes on as if `count` uniforms (`rand`, `uniform`) had been drawn. */
  skipUniforms(count: number): void {
    checkInteger("RandomState.skipUniforms", "count", count, 0, Number.MAX_SAFE_INTEGER / 2 - 624);
    this.#generator.skipWords(2 * count);
  }

  /** Goes on as if `count` normals (`randn`, `normal`) had been drawn: tries and rejects, but takes no logarithm. */
  skipNormals(count: number): void {
    checkInteger("RandomState.skipNormals", "count", count, 0, Number.MAX_SAFE_INTEGER);
    this.#normal.skip(count);
  }

  /** Goes on as if `randint(low, high, count)` had been drawn, or `choice(n, count)` for low 0 and high n. */
  skipRandint(low: number, high: number, count: number): void {
    checkInteger("RandomState.skipRandint", "count", count, 0, Number.MAX_SAFE_INTEGER);
    checkIntegers("RandomState.skipRandint", low, high);
    skipBounded(this.#generator, high - 1 - low, count);
  }

  #indices(count: number, draws: number, replace: boolean, p?: ArrayLike<number>): Int32Array {
    if (p !== undefined) {
      checkProbabilities("RandomState.choice", p, count, replace ? 0 : draws);
      return weightedIndices((size) => this.randomSample(size), p, draws, replace);
    }
    if (!replace) return this.permutation(count).subarray(0, draws).slice();
    const out = newArray("RandomState.choice", Int32Array, draws);
    fillBounded(this.#generator, out, 0, count - 1);
    return out;
  }
}

markCopy(RandomState);

/** @throws ArgumentError from `where` unless it is a stream of random numbers. */
export function checkRandom(where: string, random: unknown): asserts random is RandomState {
  if (random instanceof RandomState) return;
  throw new ArgumentError(where, `random must be a RandomState, got ${inWords(random)}`);
}

/** 0, 1, …, n − 1. @throws EnvironmentError from `where` if there is no memory for them. */
function indicesBelow(where: string, n: number): Int32Array {
  const indices = newArray(where, Int32Array, n);
  for (let i = 0; i < n; i++) indices[i] = i;
  return indices;
}
