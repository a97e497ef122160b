import { ShapeError } from "../errors";

/** The lengths of the axes of a tensor, outermost first. */
export type Shape = readonly number[];

/** How many values a tensor of that shape has. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `[64, 784]`, as errors and summaries write it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** @throws ShapeError if an axis is not a whole number ≥ 0. */
export function checkShape(where: string, shape: Shape): void {
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new ShapeError(where, `a shape is a list of whole numbers ≥ 0, got ${formatShape(shape)}`);
  }
}
