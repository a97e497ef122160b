import { type Plain, samePlain } from "../plain";
import { log, pow } from "../tensor/accurateMath";
import type { Dimension, Params, Space } from "./space";

/** Where u in [0, 1) lies on a dimension. Even u give what the dimension calls evenly likely. */
export function fromUnit(dimension: Dimension, u: number): Plain {
  switch (dimension.kind) {
    case "uniform": {
      const { low, high } = dimension;
      return Math.min(high, low + (high - low) * u);
    }
    case "logUniform": {
      const { low, high } = dimension;
      return Math.min(high, Math.max(low, low * pow(high / low, u)));
    }
    case "integer": {
      const { low, high } = dimension;
      return Math.min(high, low + Math.floor(u * (high - low + 1)));
    }
    case "logInteger": {
      const { low, high } = dimension;
      return Math.min(high, Math.max(low, Math.floor(low * pow((high + 1) / low, u))));
    }
    case "choice":
      return dimension.values[
        Math.min(dimension.values.length - 1, Math.floor(u * dimension.values.length))
      ]!;
  }
}

/** The inverse of `fromUnit`: the middle of the u that give the value. */
export function toUnit(dimension: Dimension, value: Plain): number {
  switch (dimension.kind) {
    case "uniform":
      return (Number(value) - dimension.low) / (dimension.high - dimension.low);
    case "logUniform":
      return log(Number(value) / dimension.low) / log(dimension.high / dimension.low);
    case "integer":
      return (Number(value) - dimension.low + 0.5) / (dimension.high - dimension.low + 1);
    case "logInteger": {
      const { low, high } = dimension;
      return log((Number(value) + 0.5) / low) / log((high + 1) / low);
    }
    case "choice": {
      const index = dimension.values.findIndex((candidate) => samePlain(candidate, value));
      return (index + 0.5) / dimension.values.length;
    }
  }
}

/** Whether the value may come from the dimension. */
function holds(dimension: Dimension, value: unknown): boolean {
  if (dimension.kind === "choice") return dimension.values.some((candidate) => samePlain(candidate, value));
  if (typeof value !== "number" || !(dimension.low <= value && value <= dimension.high)) return false;
  const whole = dimension.kind === "integer" || dimension.kind === "logInteger";
  return !whole || Number.isInteger(value);
}

/** Why the values are no point of the space, or undefined if they are one. */
export function outsideSpace(space: Space, params: unknown): string | undefined {
  const wanted = Object.keys(space).sort().join(", ");
  const got = typeof params === "object" && params !== null ? params : {};
  const names = Object.keys(got).sort().join(", ");
  if (names !== wanted) return `params must be ${wanted}, got ${names || "none"}`;
  const outside = Object.entries(got).find(([name, value]) => !holds(space[name]!, value));
  if (outside === undefined) return undefined;
  return `params.${outside[0]} must be of ${JSON.stringify(space[outside[0]])}, got ${JSON.stringify(outside[1])}`;
}

/** The point of the space at a point of the unit cube, one coordinate a dimension in their order. */
export function pointAt<S extends Space>(space: S, cube: ArrayLike<number>): Params<S> {
  const entries = Object.entries(space).map(([name, dimension], i) => [name, fromUnit(dimension, cube[i]!)]);
  return Object.fromEntries(entries) as Params<S>;
}
