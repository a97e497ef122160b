import { inWords } from "../checks";
import { ShapeError } from "../errors";
import { formatShape, sizeOf } from "./shape";
import { empty, type Tensor } from "./Tensor";

/** Σ along an axis or over all values, in float64. */
export function sum(x: Tensor, axis?: number): Tensor {
  return reduce("sum", x, axis, 0, add);
}

/** Σ / count along an axis or over all values. */
export function mean(x: Tensor, axis?: number): Tensor {
  const out = reduce("mean", x, axis, 0, add);
  const count = x.size / out.size;
  for (let i = 0; i < out.size; i++) out.data[i] = out.data[i] / count;
  return out;
}

function add(total: number, value: number): number {
  return total + value;
}

/** The largest value along an axis or of all. */
export function max(x: Tensor, axis?: number): Tensor {
  return reduce("max", x, axis, -Infinity, (top, value) =>
    value > top || Number.isNaN(value) ? value : top,
  );
}

/** The smallest value along an axis or of all. */
export function min(x: Tensor, axis?: number): Tensor {
  return reduce("min", x, axis, Infinity, (low, value) => (value < low || Number.isNaN(value) ? value : low));
}

function reduce(
  name: string,
  x: Tensor,
  axis: number | undefined,
  initial: number,
  f: (accumulated: number, value: number) => number,
): Tensor {
  if (axis !== undefined && !(Number.isInteger(axis) && axis >= 0 && axis < x.shape.length)) {
    throw new ShapeError(
      `Tensor.${name}`,
      `axis must be one of the ${x.shape.length} axes of ${formatShape(x.shape)}, got ${inWords(axis)}`,
    );
  }
  const length = axis === undefined ? x.size : x.shape[axis];
  const inner = axis === undefined ? 1 : sizeOf(x.shape.slice(axis + 1));
  const out = empty(
    `Tensor.${name}`,
    axis === undefined ? [] : x.shape.filter((_, i) => i !== axis),
    x.dtype,
  );
  if (initial !== 0 && length === 0 && out.size > 0) {
    throw new ShapeError(`Tensor.${name}`, `there must be a value, got ${formatShape(x.shape)}`);
  }
  for (let i = 0; i < out.size; i++) {
    let accumulated = initial;
    const start = Math.floor(i / inner) * length * inner + (i % inner);
    for (let j = 0; j < length; j++) accumulated = f(accumulated, x.data[start + j * inner]);
    out.data[i] = accumulated;
  }
  return out;
}
