import { checkOptions, inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import type { Plain } from "../../plain";
import { distribution } from "../dimension";
import type { Params, Space } from "../space";
import type { AnySampler } from "./Sampler";

/**
 * Grid search: every combination of some values of every dimension, the last dimension changing fastest. The values
 * stand at even distances from low to high, both included (of the logarithm, on a logarithmic dimension; whole numbers
 * are rounded and never come twice). A choice gives all its values.
 * @param options.points values of each dimension that is no choice: one number for all, or one by name.
 * @throws ArgumentError if the points are not whole numbers > 1, or (when used) not the names of the space.
 */
export function grid(options: { readonly points: number | Readonly<Record<string, number>> }): AnySampler {
  checkOptions("grid", options, ["points"]);
  const { points } = options;
  if (typeof points !== "number" && (typeof points !== "object" || points === null)) {
    throw new ArgumentError(
      "grid",
      `points must be a whole number > 1, or one by name, got ${inWords(points)}`,
    );
  }
  for (const count of typeof points === "number" ? [points] : Object.values(points)) {
    if (!(Number.isInteger(count) && count > 1)) {
      throw new ArgumentError("grid", `points must be whole numbers > 1, got ${inWords(count)}`);
    }
  }
  return {
    name: "grid",
    options: { points },
    count: (space) => valuesOf(space, points).reduce((product, [, values]) => product * values.length, 1),
    propose<S extends Space>(number: number, _: unknown, { space }: { readonly space: S }): Params<S> {
      let rest = number;
      const entries: [string, Plain][] = [];
      for (const [name, values] of valuesOf(space, points).reverse()) {
        entries.unshift([name, values[rest % values.length]!]);
        rest = Math.floor(rest / values.length);
      }
      return Object.fromEntries(entries) as Params<S>;
    },
  };
}

function valuesOf(
  space: Space,
  points: number | Readonly<Record<string, number>>,
): [string, readonly Plain[]][] {
  const stranger = typeof points === "number" ? undefined : Object.keys(points).find((name) => !space[name]);
  if (stranger !== undefined) throw new ArgumentError("grid", `the space has no dimension ${stranger}`);
  return Object.entries(space).map(([name, dimension]) => {
    const count = typeof points === "number" ? points : points[name];
    if (count !== undefined) return [name, distribution(dimension).grid(count)];
    if (dimension.kind === "choice") return [name, dimension.values];
    throw new ArgumentError("grid", `points must name ${name} too`);
  });
}
