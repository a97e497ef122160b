import { ArgumentError } from "./errors";

/** @throws ArgumentError from `where` unless every value, by its name, is a whole number > 0, or ≥ `least` if given. */
export function checkWhole(where: string, values: Readonly<Record<string, number>>, least?: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isInteger(value) && value >= (least ?? 1)) continue;
    const wanted = least === undefined ? "> 0" : `≥ ${least}`;
    throw new ArgumentError(where, `${name} must be a whole number ${wanted}, got ${value}`);
  }
}
