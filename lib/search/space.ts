import { ArgumentError } from "../errors";
import { isPlain, type Plain } from "../plain";

/** A real number, evenly likely in [low, high). */
export interface Uniform {
  readonly kind: "uniform";
  readonly low: number;
  readonly high: number;
}

/** A positive real number whose logarithm is evenly likely in [log low, log high). */
export interface LogUniform {
  readonly kind: "logUniform";
  readonly low: number;
  readonly high: number;
}

/** A whole number from low to high, both included. */
export interface Integer {
  readonly kind: "integer";
  readonly low: number;
  readonly high: number;
}

/** A positive whole number from low to high, both included; n is about as likely as 2n and 2n + 1 together. */
export interface LogInteger {
  readonly kind: "logInteger";
  readonly low: number;
  readonly high: number;
}

/** One of some values without an order, each as likely. */
export interface Choice<T extends Plain = Plain> {
  readonly kind: "choice";
  readonly values: readonly T[];
}

export type Dimension = Uniform | LogUniform | Integer | LogInteger | Choice;

/** The hyperparameters by name. Plain data: it can be written down and compared. */
export type Space = Readonly<Record<string, Dimension>>;

/** The values of a dimension. */
export type ValueOf<D extends Dimension> = D extends Choice<infer T> ? T : number;

/** A point of the space: `Params<typeof space>`. */
export type Params<S extends Space = Space> = { readonly [Name in keyof S]: ValueOf<S[Name]> };

/** @throws ArgumentError unless low < high, both finite. */
export function uniform(low: number, high: number): Uniform {
  checkBounds("uniform", low, high, low < high && Number.isFinite(high - low), "low < high, both finite");
  return { kind: "uniform", low, high };
}

/** @throws ArgumentError unless 0 < low < high, both finite. */
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

/** @throws ArgumentError if there is no value, if a value is there twice, or if JSON cannot hold one. */
export function choice<const T extends readonly Plain[]>(values: T): Choice<T[number]> {
  if (!Array.isArray(values) || values.length === 0) {
    throw new ArgumentError("choice", "values must be a list of one or more, got none");
  }
  const wrong: unknown = values.find((value) => !isPlain(value));
  if (wrong !== undefined || values.includes(undefined)) {
    throw new ArgumentError("choice", `values must be plain data, got ${String(wrong)}`);
  }
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice !== undefined) throw new ArgumentError("choice", `values must differ, got ${twice} twice`);
  return { kind: "choice", values };
}

function checkBounds(where: string, low: number, high: number, valid: boolean, wanted: string): void {
  if (!valid) throw new ArgumentError(where, `wanted ${wanted}, got ${low} and ${high}`);
}

/** @throws ArgumentError that names the dimension, if the space is empty or a dimension is none. */
export function checkSpace(space: Space, where: string): void {
  const names = Object.keys(space);
  if (names.length === 0) throw new ArgumentError(where, "space must have at least one dimension, got none");
  for (const name of names) {
    try {
      remake(space[name]);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new ArgumentError(where, `space.${name}: ${error.message}`);
    }
  }
}

function remake(dimension: Dimension | undefined): Dimension {
  switch (dimension?.kind) {
    case "uniform":
      return uniform(dimension.low, dimension.high);
    case "logUniform":
      return logUniform(dimension.low, dimension.high);
    case "integer":
      return integer(dimension.low, dimension.high);
    case "logInteger":
      return logInteger(dimension.low, dimension.high);
    case "choice":
      return choice(dimension.values);
    default:
      throw new ArgumentError("Space", `wanted uniform, logUniform, integer, logInteger or choice`);
  }
}
