import type { DType, FloatArray } from "../kernels/Kernels";
import { formatShape, type Shape, sizeOf } from "./shape";

/** Longer axes are shown by this many values from each end. */
const EDGE = 3;
const LONGEST = 8;

/** `Tensor [2, 3] float32` and the values in brackets, four digits each, the middle of long axes left out. */
export function formatTensor(data: FloatArray, shape: Shape, dtype: DType): string {
  const head = `Tensor ${formatShape(shape)} ${dtype}`;
  if (shape.length === 0) return `${head}\n${formatValue(data[0] ?? Number.NaN)}`;
  return `${head}\n${formatAxis(data, shape, 0, 0)}`;
}

function formatAxis(data: FloatArray, shape: Shape, axis: number, offset: number): string {
  const length = shape[axis];
  const last = axis === shape.length - 1;
  const stride = sizeOf(shape.slice(axis + 1));
  const items: string[] = [];
  for (let i = 0; i < length; i++) {
    if (length > LONGEST && i === EDGE) {
      items.push("…");
      i = length - EDGE;
    }
    const start = offset + i * stride;
    items.push(last ? formatValue(data[start]) : formatAxis(data, shape, axis + 1, start));
  }
  return `[${items.join(last ? ", " : `,\n${" ".repeat(axis + 1)}`)}]`;
}

function formatValue(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(4))) : value.toExponential(3);
}
