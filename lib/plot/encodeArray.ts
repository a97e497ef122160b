import type { EncodedArray } from "./Figure";

/**
 * Numbers as Plotly reads them from JSON in base64: 5.3 characters a number instead of about 20.
 * float64 is narrowed to float32, which is more than a colour can show. NaN leaves a cell empty.
 */
export function encodeArray(values: ArrayLike<number>, rows: number, columns: number): EncodedArray {
  const bytes = Buffer.alloc(4 * values.length);
  for (let i = 0; i < values.length; i++) bytes.writeFloatLE(values[i], 4 * i);
  return { dtype: "f4", bdata: bytes.toString("base64"), shape: `${rows}, ${columns}` };
}
