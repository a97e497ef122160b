import { ArgumentError } from "./errors";

/** @throws ArgumentError from `where` unless every value, by its name, is a whole number > 0, or ≥ `least`. */
export function checkCounts(where: string, values: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isInteger(value) && value >= least) continue;
    const wanted = least === 1 ? "> 0" : `≥ ${least}`;
    throw new ArgumentError(where, `${name} must be a whole number ${wanted}, got ${value}`);
  }
}
