import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import { notPlain, type Plain, samePlain } from "../plain";
import { log, pow } from "../tensor/accurateMath";

/** A real number, evenly likely in [low, high). */
export interface Uniform {
  /** Tells it from the other dimensions. */
  readonly kind: "uniform";
  /** The lower end. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** A positive real number whose logarithm is evenly likely in [log low, log high). */
export interface LogUniform {
  /** Tells it from the other dimensions. */
  readonly kind: "logUniform";
  /** The lower end, above 0. */
  readonly low: number;
  /** The upper end. */
  readonly high: number;
}

/** A whole number from low to high, both included. */
export interface Integer {
  /** Tells it from the other dimensions. */
  readonly kind: "integer";
  /** The least. */
  readonly low: number;
  /** The greatest. */
  readonly high: number;
}

/** A positive whole number from low to high, both included; n is about as likely as 2n and 2n + 1 together. */
export interface LogInteger {
  /** Tells it from the other dimensions. */
  readonly kind: "logInteger";
  /** The least, above 0. */
  readonly low: number;
  /** The greatest. */
  readonly high: number;
}

/** One of some values without an order, each as likely. */
export interface Choice<T extends Plain = Plain> {
  /** Tells it from the other dimensions. */
  readonly kind: "choice";
  /** What it is one of. */
  readonly values: readonly T[];
}

/** A hyperparameter's values and how likely each is, as plain data: it can be written down and compared. */
export type Dimension = Uniform | LogUniform | Integer | LogInteger | Choice;

/** A real number, evenly likely in [low, high). @throws ArgumentError unless low < high, both finite. */
export function uniform(low: number, high: number): Uniform {
  checkBounds("uniform", low, high, low < high && Number.isFinite(high - low), "low < high, both finite");
  return { kind: "uniform", low, high };
}

/**
 * A positive real number whose logarithm is evenly likely: for learning rates.
 * @throws ArgumentError unless 0 < low < high, both finite.
 */
export function logUniform(low: number, high: number): LogUniform {
  const valid = 0 < low && low < high && Number.isFinite(high / low);
  checkBounds("logUniform", low, high, valid, "0 < low < high, both finite");
  return { kind: "logUniform", low, high };
}

/** From low to high, both included. @throws ArgumentError unless low ≤ high, both whole numbers. */
export function integer(low: number, high: number): Integer {
  const valid = Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high;
  checkBounds("integer", low, high, valid, "low ≤ high, both whole numbers");
  return { kind: "integer", low, high };
}

/** From low to high, both included. @throws ArgumentError unless 0 < low ≤ high, both whole numbers. */
export function logInteger(low: number, high: number): LogInteger {
  const valid = Number.isSafeInteger(low) && Number.isSafeInteger(high) && 0 < low && low <= high;
  checkBounds("logInteger", low, high, valid, "0 < low ≤ high, both whole numbers");
  return { kind: "logInteger", low, high };
}

/**
 * One of some values without an order, each as likely.
 * @throws ArgumentError if there is no value, if a value is there twice, or if JSON cannot hold one.
 */
export function choice<const T extends readonly Plain[]>(values: T): Choice<T[number]> {
  if (!Array.isArray(values) || values.length === 0) {
    throw new ArgumentError("choice", `values must be a list of one or more, got ${inWords(values)}`);
  }
  const wrong = notPlain(values);
  if (wrong) {
    throw new ArgumentError("choice", `values must be plain data, got ${inWords(wrong[1])}`);
  }
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice !== undefined) throw new ArgumentError("choice", `values must differ, got ${twice} twice`);
  return { kind: "choice", values };
}

function checkBounds(where: string, low: unknown, high: unknown, valid: boolean, bounds: string): void {
  if (valid && typeof low === "number" && typeof high === "number") return;
  throw new ArgumentError(where, `low and high must be ${bounds}, got ${inWords(low)} and ${inWords(high)}`);
}

/** @throws ArgumentError unless it is a dimension, as the functions above make it. */
export function checkDimension(dimension: Dimension | undefined): void {
  switch (dimension?.kind) {
    case "uniform":
      return void uniform(dimension.low, dimension.high);
    case "logUniform":
      return void logUniform(dimension.low, dimension.high);
    case "integer":
      return void integer(dimension.low, dimension.high);
    case "logInteger":
      return void logInteger(dimension.low, dimension.high);
    case "choice":
      return void choice(dimension.values);
    default: {
      const kinds = "uniform(low, high), logUniform, integer, logInteger or choice([…])";
      throw new ArgumentError("dimension", `it must be made by ${kinds}, got ${inWords(dimension)}`);
    }
  }
}

/** What can be asked of a dimension, whatever its kind. */
export interface Distribution {
  /** Where u in [0, 1) lies. Even u give what the dimension calls evenly likely. */
  at(u: number): Plain;
  /** The inverse of `at`: the middle of the u that give the value. */
  unit(value: Plain): number;
  /** Whether the value may come from the dimension. */
  holds(value: unknown): boolean;
  /** `points` values at even distances from low to high, both included and none twice; of a choice all. */
  grid(points: number): readonly Plain[];
  /** What its values are called, one after the other, if they are only names: a choice. */
  readonly names: readonly string[] | undefined;
  /** Whether all its values are whole numbers. */
  readonly whole: boolean;
  readonly logarithmic: boolean;
  /** Where a value lies on an axis: itself, its logarithm to base 10, or its place among the names. */
  position(value: Plain): number;
  /** The positions of the lowest and the highest value. */
  readonly range: readonly [number, number];
}

/** The dimension as something that can be asked. */
export function distribution(dimension: Dimension): Distribution {
  switch (dimension.kind) {
    case "uniform":
      return new Reals(dimension);
    case "logUniform":
      return new LogReals(dimension);
    case "integer":
      return new Wholes(dimension);
    case "logInteger":
      return new LogWholes(dimension);
    case "choice":
      return new Choices(dimension);
  }
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

class Reals implements Distribution {
  readonly low: number;
  readonly high: number;
  readonly names: undefined;
  readonly whole: boolean = false;
  readonly logarithmic: boolean = false;

  constructor({ low, high }: Bounds) {
    this.low = low;
    this.high = high;
  }

  at(u: number): number {
    return Math.min(this.high, this.low + (this.high - this.low) * u);
  }

  unit(value: Plain): number {
    return (Number(value) - this.low) / (this.high - this.low);
  }

  holds(value: unknown): boolean {
    if (typeof value !== "number" || !(this.low <= value && value <= this.high)) return false;
    return !this.whole || Number.isInteger(value);
  }

  grid(points: number): number[] {
    const { low, high } = this;
    const values = Array.from({ length: points }, (_, i) => {
      if (i === 0) return low;
      if (i === points - 1) return high;
      const value = this.between(i / (points - 1));
      return this.whole ? Math.round(value) : value;
    });
    return [...new Set(values)];
  }

  position(value: Plain): number {
    return this.logarithmic ? Math.log10(Number(value)) : Number(value);
  }

  get range(): readonly [number, number] {
    return [this.position(this.low), this.position(this.high)];
  }

  /** The number at a share of the way from low to high. */
  protected between(share: number): number {
    return this.low + (this.high - this.low) * share;
  }
}

class LogReals extends Reals {
  override readonly logarithmic: boolean = true;

  override at(u: number): number {
    return Math.min(this.high, Math.max(this.low, this.between(u)));
  }

  override unit(value: Plain): number {
    return log(Number(value) / this.low) / log(this.high / this.low);
  }

  protected override between(share: number): number {
    return this.low * pow(this.high / this.low, share);
  }
}

class Wholes extends Reals {
  override readonly whole: boolean = true;

  override at(u: number): number {
    return Math.min(this.high, this.low + Math.floor(u * (this.high - this.low + 1)));
  }

  override unit(value: Plain): number {
    return (Number(value) - this.low + 0.5) / (this.high - this.low + 1);
  }
}

class LogWholes extends LogReals {
  override readonly whole: boolean = true;

  override at(u: number): number {
    const { low, high } = this;
    return Math.min(high, Math.max(low, Math.floor(low * pow((high + 1) / low, u))));
  }

  override unit(value: Plain): number {
    return log((Number(value) + 0.5) / this.low) / log((this.high + 1) / this.low);
  }
}

class Choices implements Distribution {
  readonly values: readonly Plain[];
  readonly names: readonly string[];
  readonly whole: boolean = false;
  readonly logarithmic: boolean = false;

  constructor({ values }: Choice) {
    this.values = values;
    this.names = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  }

  at(u: number): Plain {
    return this.values[Math.min(this.values.length - 1, Math.floor(u * this.values.length))]!;
  }

  unit(value: Plain): number {
    return (this.position(value) + 0.5) / this.values.length;
  }

  holds(value: unknown): boolean {
    return this.values.some((candidate) => samePlain(candidate, value));
  }

  grid(): readonly Plain[] {
    return this.values;
  }

  position(value: Plain): number {
    return this.values.findIndex((candidate) => samePlain(candidate, value));
  }

  get range(): readonly [number, number] {
    return [0, this.values.length - 1];
  }
}
