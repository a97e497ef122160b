import type { FloatArray } from "../kernels/Kernels";
import { Tensor } from "./Tensor";

/**
 * A matrix, most of it zero, that knows what is not and whose other values are written down only when somebody asks for
 * `data`. From then on it is a tensor like all others: who holds its data may write to them.
 */
export abstract class ListedTensor extends Tensor {
  private written = false;

  override get data(): FloatArray {
    if (!this.written) {
      this.write(super.data);
      this.written = true;
    }
    return super.data;
  }

  /** To be called after what is in the matrix has become something else. */
  changed(): void {
    if (this.written) this.write(super.data);
  }

  /** Lists what is not zero, as the kernel `nonZeros` does; false if it cannot, or if `data` may have been changed. */
  list(entries: Uint8Array, bounds: Int32Array): boolean {
    return !this.written && this.writeLists(entries.byteOffset, bounds.byteOffset);
  }

  /** Writes all values. */
  protected abstract write(data: FloatArray): void;

  /** Writes the lists; false if there are none. */
  protected abstract writeLists(entries: number, bounds: number): boolean;
}
