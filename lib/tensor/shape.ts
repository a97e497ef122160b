import { inWords } from "../checks";
import { ShapeError } from "../errors";

/** The lengths of the axes of a tensor, outermost first. */
export type Shape = readonly number[];

/** How many values a tensor of that shape has. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return Number.isNaN(size) ? 0 : size; // an axis of 0 beside a product beyond all bounds
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `[64, 784]`, as errors and summaries write it; what is no shape in words. */
export function formatShape(shape: readonly (number | string)[]): string {
  return Array.isArray(shape) ? `[${shape.join(", ")}]` : inWords(shape);
}

/** @throws ShapeError from `where` unless the shape is a list of whole numbers ≥ 0. */
export function checkShape(where: string, shape: unknown): asserts shape is Shape {
  if (Array.isArray(shape) && holdsLengths(shape)) return;
  const got = Array.isArray(shape) ? formatShape(Array.from(shape, inWords)) : inWords(shape);
  throw new ShapeError(where, `shape must be a list of whole numbers ≥ 0, such as [2, 3], got ${got}`);
}

/** A loop, as `every` passes over holes. */
function holdsLengths(shape: readonly unknown[]): boolean {
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    if (!(Number.isSafeInteger(length) && (length as number) >= 0)) return false;
  }
  return true;
}
