import type { DType, FloatArray } from "../kernels/Kernels";
import { allocate, allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import { ListedTensor } from "../tensor/ListedTensor";
import { ByteLists } from "./ByteLists";
import type { Dataset } from "./Dataset";
import { allocateLike } from "./Resident";

type Inputs = Dataset["inputs"];

/** Samples picked from a dataset, as rows of a matrix [N, length]; a table says what becomes of each byte. */
export class PickedRows extends ListedTensor {
  readonly #table: FloatArray;
  /** The same less what becomes of the byte 0, which is that of most. */
  readonly #shifted: FloatArray;
  /** The numbers of the samples in `#source`, [N]. */
  readonly #indices: Int32Array;
  /** Where the samples lie in the kernels' memory, once they are picked. */
  #source: Inputs | undefined;
  /** The samples themselves, where the dataset is too large for the kernels' memory. */
  #own: Inputs | undefined;

  constructor(table: FloatArray, rows: number, length: number, dtype: DType) {
    super([rows, length], dtype);
    this.#table = table;
    this.#shifted = allocate(dtype, table.length);
    for (let byte = 0; byte < table.length; byte++) this.#shifted[byte] = table[byte] - table[0];
    this.#indices = allocateInt32(rows);
  }

  override get offset(): number {
    return this.#source instanceof Uint8Array ? this.#table[0] : 0;
  }

  /** Makes the rows the samples with those numbers of inputs in the kernels' memory, which do not change. */
  pick(resident: Inputs, indices: Int32Array): void {
    this.#source = resident;
    this.#indices.set(indices);
    this.changed();
  }

  /** Makes the rows the samples with those numbers of inputs that lie elsewhere, which are copied. */
  copy(inputs: Inputs, indices: Int32Array): void {
    const length = this.shape[1];
    this.#own ??= allocateLike(inputs, this.size, this.dtype);
    for (let i = 0; i < indices.length; i++) {
      const start = indices[i] * length;
      this.#own.set(inputs.subarray(start, start + length), i * length);
      this.#indices[i] = i;
    }
    this.#source = this.#own;
    this.changed();
  }

  protected override write(data: FloatArray): void {
    const { dtype } = this;
    const [rows, length] = this.shape as [number, number];
    const source = this.#source;
    if (!source) return;
    const from = [0, rows, source.byteOffset, this.#indices.byteOffset, length];
    if (source instanceof Uint8Array) {
      run(dtype, "gatherBytes", data.length, [...from, this.#table.byteOffset, data.byteOffset]);
    } else {
      const kernel = source instanceof Uint16Array ? "gatherTokens" : "gatherRows";
      run(dtype, kernel, data.length, [...from, data.byteOffset]);
    }
  }

  protected override writeLists(entries: number, bounds: number): boolean {
    const { dtype } = this;
    const [rows, length] = this.shape as [number, number];
    const source = this.#source;
    if (!(source instanceof Uint8Array) || source === this.#own) return false;
    const known = ByteLists.of(source, length);
    if (!known) return false;
    const from = [0, rows, known.starts.byteOffset, known.lists.byteOffset, this.#indices.byteOffset, length];
    run(dtype, "pickLists", rows * length, [...from, this.#shifted.byteOffset, entries, bounds]);
    return true;
  }
}
