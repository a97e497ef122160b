import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { Plain } from "../plain";
import { type Choice, checkDimension, type Dimension, distribution } from "./dimension";

/** The hyperparameters by name. Plain data: it can be written down and compared. */
export type Space = Readonly<Record<string, Dimension>>;

/** The values of a dimension. */
export type ValueOf<D extends Dimension> = D extends Choice<infer T> ? T : number;

/** A point of the space: `Params<typeof space>`. */
export type Params<S extends Space = Space> = { readonly [Name in keyof S]: ValueOf<S[Name]> };

/** @throws ArgumentError that names the dimension, if the space is empty or a dimension is none. */
export function checkSpace(space: Space, where: string): void {
  if (typeof space !== "object" || space === null || Array.isArray(space)) {
    const example = "dimensions by name, such as { learningRate: logUniform(1e-3, 1) }";
    throw new ArgumentError(where, `space must be ${example}, got ${inWords(space)}`);
  }
  const names = Object.keys(space);
  if (names.length === 0) throw new ArgumentError(where, "space must have at least one dimension, got none");
  for (const name of names) {
    try {
      checkDimension(space[name]);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new ArgumentError(where, `space.${name}: ${error.message}`);
    }
  }
}

/** Why the values are no point of the space, or undefined if they are one. */
export function outsideSpace(space: Space, params: unknown): string | undefined {
  const names = Object.keys(space).sort().join(", ");
  const given = typeof params === "object" && params !== null ? params : {};
  const got = Object.keys(given).sort().join(", ");
  if (got !== names) return `params must be ${names}, got ${got || "none"}`;
  const outside = Object.entries(given).find(([name, value]) => !distribution(space[name]!).holds(value));
  if (outside === undefined) return undefined;
  const [name, value] = outside as [string, unknown];
  return `params.${name} must be of ${JSON.stringify(space[name])}, got ${JSON.stringify(value) ?? inWords(value)}`;
}

/** The point of the space at a point of the unit cube, one coordinate a dimension in their order. */
export function pointAt<S extends Space>(space: S, cube: ArrayLike<number>): Params<S> {
  const entries = Object.entries(space).map(([name, dimension], i): [string, Plain] => [
    name,
    distribution(dimension).at(cube[i]!),
  ]);
  return Object.fromEntries(entries) as Params<S>;
}
