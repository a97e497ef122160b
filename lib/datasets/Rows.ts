import { ArgumentError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { allocate } from "../kernels/memory";
import type { Tensor } from "../tensor/Tensor";
import { TensorCache } from "../tensor/TensorCache";
import { checkDataset, type Dataset, sampleSize } from "./Dataset";
import { findNonFinite } from "./findNonFinite";
import { PickedRows } from "./PickedRows";
import { isFloats, Resident } from "./Resident";

/**
 * The samples of a dataset as rows of matrices [N, product of the sample's shape].
 * @throws ArgumentError if an input is not finite, or becomes so by `normalize`.
 */
export class Rows {
  /** What becomes of each byte. */
  readonly table: FloatArray;
  private readonly dataset: Dataset;
  private readonly dtype: DType;
  private readonly length: number;
  private inputs: Dataset["inputs"];
  private resident: Resident;
  private readonly x: TensorCache<PickedRows>;

  constructor(dataset: Dataset, dtype: DType, normalize: (byte: number) => number) {
    const { inputs } = dataset;
    this.dataset = dataset;
    this.dtype = dtype;
    this.length = sampleSize(dataset);
    this.table = allocate(dtype, 256);
    for (let byte = 0; byte < 256; byte++) this.table[byte] = normalize(byte);
    const odd = inputs instanceof Uint8Array ? findNonFinite(this.table) : -1;
    if (odd >= 0) {
      const got = `${this.table[odd]} for byte ${odd}`;
      throw new ArgumentError("DataLoader", `normalize must give finite numbers, got ${got}`);
    }
    this.inputs = inputs;
    this.resident = Resident.of(inputs, dtype);
    this.refresh();
    if (!this.resident.values && isFloats(inputs)) this.checkFinite(findNonFinite(inputs));
    this.x = new TensorCache(([rows, length], kind) => new PickedRows(this.table, rows, length, kind));
  }

  /** What stands for nothing: what becomes of the byte 0, or 0 itself. */
  get background(): number {
    return this.dataset.inputs instanceof Uint8Array ? this.table[0] : 0;
  }

  /**
   * Looks whether samples were changed since they were copied: those with the numbers, or all.
   * @throws ArgumentError if a value is not finite; what `checkDataset` throws if the inputs are others than before.
   */
  refresh(indices?: Int32Array): void {
    const { dataset, dtype, length } = this;
    if (this.inputs !== dataset.inputs || this.inputs.length !== dataset.count * length) {
      this.inputs = checkDataset(dataset, "DataLoader").inputs;
      this.resident = Resident.of(this.inputs, dtype);
    }
    const { resident } = this;
    if (indices) resident.refreshSamples(indices, this.length);
    else resident.refresh();
    if (resident.values) this.checkFinite(resident.nonFinite);
  }

  /** The samples with those numbers. @throws ArgumentError if a value is not finite. */
  matrix(indices: Int32Array): Tensor {
    const { dataset, resident, length } = this;
    const x = this.x.take([indices.length, length], this.dtype);
    if (resident.values) {
      x.pick(resident.values, indices);
      return x;
    }
    x.copy(dataset.inputs, indices);
    if (isFloats(dataset.inputs)) {
      const odd = findNonFinite(x.data);
      if (odd >= 0) this.checkFinite(indices[Math.floor(odd / length)] * length + (odd % length));
    }
    return x;
  }

  private checkFinite(odd: number): void {
    if (odd < 0) return;
    const { dataset, dtype, length } = this;
    const value = dataset.inputs[odd];
    const kind = Number.isFinite(value) ? ` as ${dtype}` : "";
    const got = `${value} in sample ${Math.floor(odd / length)}, value ${odd % length}`;
    throw new ArgumentError("DataLoader", `inputs of ${dataset.name} must be finite${kind}, got ${got}`);
  }
}
