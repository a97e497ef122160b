import type { Plain } from "../plain";
import type { Dimension } from "../search/space";

/** How a dimension is drawn along an axis. */
export interface DimensionScale {
  readonly logarithmic: boolean;
  /** In the unit of `position`. */
  readonly range: [number, number];
  /** Ticks where Plotly's own do not serve: the names of a choice. */
  readonly names: readonly string[] | undefined;
  /** Where a value lies: itself, its logarithm to base 10, or its place in the list of a choice. */
  position(value: Plain): number;
}

export function dimensionScale(dimension: Dimension): DimensionScale {
  if (dimension.kind === "choice") {
    const names = dimension.values.map((value) =>
      typeof value === "string" ? value : JSON.stringify(value),
    );
    const texts = dimension.values.map((value) => JSON.stringify(value));
    return {
      logarithmic: false,
      range: [0, names.length - 1],
      names,
      position: (value) => texts.indexOf(JSON.stringify(value)),
    };
  }
  const logarithmic = dimension.kind === "logUniform" || dimension.kind === "logInteger";
  const position = (value: Plain): number => (logarithmic ? Math.log10(Number(value)) : Number(value));
  return {
    logarithmic,
    range: [position(dimension.low), position(dimension.high)],
    names: undefined,
    position,
  };
}
