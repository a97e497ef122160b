import type { DType, FloatArray } from "../kernels/Kernels";
import { allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import { ListedTensor } from "../tensor/ListedTensor";
import { ByteLists } from "./ByteLists";
import type { Dataset } from "./Dataset";

/** Samples picked from a dataset in the kernels' memory, as rows of a matrix [N, length]. */
export class PickedRows extends ListedTensor {
  /** The numbers of the samples, [N]; call `changed` after writing others. */
  readonly indices: Int32Array;
  readonly #source: Dataset["inputs"];
  readonly #table: FloatArray;

  /** `table` says what becomes of each byte, where the inputs are bytes. */
  constructor(source: Dataset["inputs"], table: FloatArray, rows: number, length: number, dtype: DType) {
    super([rows, length], dtype);
    this.indices = allocateInt32(rows);
    this.#source = source;
    this.#table = table;
  }

  protected override write(data: FloatArray): void {
    const { dtype, indices } = this;
    const [rows, length] = this.shape as [number, number];
    const source = this.#source;
    const from = [0, rows, source.byteOffset, indices.byteOffset, length];
    if (source instanceof Uint8Array) {
      run(dtype, "gatherBytes", data.length, [...from, this.#table.byteOffset, data.byteOffset]);
    } else {
      const kernel = source instanceof Uint16Array ? "gatherTokens" : "gatherRows";
      run(dtype, kernel, data.length, [...from, data.byteOffset]);
    }
  }

  protected override writeLists(entries: number, bounds: number): boolean {
    const { dtype, indices } = this;
    const [rows, length] = this.shape as [number, number];
    const source = this.#source;
    if (!(source instanceof Uint8Array) || this.#table[0] !== 0) return false;
    const known = ByteLists.of(source, length);
    if (!known) return false;
    const from = [0, rows, known.starts.byteOffset, known.lists.byteOffset, indices.byteOffset, length];
    run(dtype, "pickLists", rows * length, [...from, this.#table.byteOffset, entries, bounds]);
    return true;
  }
}
