import { inWords } from "../../checks";
import { ArgumentError, EnvironmentError } from "../../errors";
import { sizeOf } from "../shape";

/** The longest array that is asked for; more is taken for a mistake. */
export const MAX_LENGTH: number = 2 ** 32;

/**
 * A flat array with as many elements as the product of the dimensions.
 * @throws ArgumentError unless each is an integer >= 0 and the product at most 2^32; EnvironmentError if there is no
 * memory for it.
 */
export function flatArray(where: string, dims: readonly number[]): Float64Array {
  if (!dims.every((dim) => Number.isInteger(dim) && dim >= 0) || sizeOf(dims) > MAX_LENGTH) {
    const got = dims.map(inWords).join(" x ");
    throw new ArgumentError(where, `sizes must be integers >= 0, their product <= 2^32, got ${got}`);
  }
  return newArray(where, Float64Array, sizeOf(dims));
}

/** A new typed array. @throws EnvironmentError if there is no memory for it. */
export function newArray<A>(where: string, Kind: new (length: number) => A, length: number): A {
  try {
    return new Kind(length);
  } catch (error) {
    throw new EnvironmentError(where, `there must be memory for ${length} numbers, got ${inWords(error)}`);
  }
}
