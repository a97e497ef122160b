import { ArgumentError } from "../../errors";
import { sizeOf } from "../shape";

/** The longest array that is asked for; more is taken for a mistake. */
export const MAX_LENGTH: number = 2 ** 32;

/**
 * A flat array with as many elements as the product of the dimensions.
 * @throws ArgumentError unless each is an integer >= 0 and the product at most 2^32.
 */
export function flatArray(where: string, dims: readonly number[]): Float64Array {
  const size = sizeOf(dims);
  if (!dims.every((dim) => Number.isInteger(dim) && dim >= 0) || size > MAX_LENGTH) {
    throw new ArgumentError(
      where,
      `sizes must be integers >= 0, their product <= 2^32, got ${dims.join(" x ")}`,
    );
  }
  return new Float64Array(size);
}
