import type { DType, FloatArray } from "../kernels/Kernels";
import { allocateUnset } from "../kernels/memory";
import { type Shape, sizeOf } from "./shape";
import { Tensor } from "./Tensor";

/**
 * A matrix, most of it one value, that knows what is not, and whose values are written down only when somebody asks for
 * `data`. From then on they always are, as in other tensors: who holds them may have changed them.
 *
 * What it is made of is private to the language too: spread, cloned or printed as JSON, it is what a tensor is.
 */
export abstract class ListedTensor extends Tensor {
  #written = false;
  /** The value of what is not listed; what is, is listed less this. */
  abstract get offset(): number;
  readonly #values: FloatArray;

  constructor(shape: Shape, dtype: DType) {
    const values = allocateUnset(dtype, sizeOf(shape));
    super(values, shape, values);
    this.#values = values;
    Object.defineProperty(this, "data", { enumerable: true, get: () => this.#read() });
  }

  override get size(): number {
    return this.#values.length;
  }

  /** To be called after what is in the matrix has become something else. */
  changed(): void {
    if (this.#written) this.write(this.#values);
  }

  /**
   * Writes where it may be other than `offset`, in the lists of the kernel `nonZeros`; false if it cannot, or if `data`
   * may have been changed. With an offset the results depend on which it is, so it looks: reading data changes nothing.
   */
  list(entries: Uint8Array, bounds: Int32Array): boolean {
    if (this.#written && (this.offset === 0 || this.#hasChanged())) return false;
    return this.writeLists(entries.byteOffset, bounds.byteOffset);
  }

  #hasChanged(): boolean {
    const values = allocateUnset(this.dtype, this.size);
    this.write(values);
    return values.some((value, i) => value !== this.#values[i]);
  }

  #read(): FloatArray {
    if (!this.#written) {
      this.write(this.#values);
      this.#written = true;
    }
    return this.#values;
  }

  /** Writes all values. */
  protected abstract write(data: FloatArray): void;

  /** Writes the lists; false if there are none. */
  protected abstract writeLists(entries: number, bounds: number): boolean;
}
