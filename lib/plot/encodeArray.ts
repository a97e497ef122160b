import { encodeBase64 } from "../formats/base64";
import type { EncodedArray } from "./Figure";

/**
 * Numbers as Plotly reads them from JSON in base64: 5.3 characters a number instead of about 20.
 * float64 is narrowed to float32, which is more than a colour can show. NaN leaves a cell empty.
 */
export function encodeArray(values: ArrayLike<number>, rows: number, columns: number): EncodedArray {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true);
  const bdata = encodeBase64(new Uint8Array(view.buffer));
  return { dtype: "f4", bdata, shape: `${rows}, ${columns}` };
}
