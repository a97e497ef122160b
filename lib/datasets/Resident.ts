import { EnvironmentError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { allocate, allocateBytes, allocateTokens, isResident } from "../kernels/memory";
import { platform } from "../platform/node/platform";
import type { Dataset } from "./Dataset";
import { findNonFinite } from "./findNonFinite";

type Inputs = Dataset["inputs"];

/** Larger inputs stay where they are: the kernels' memory, 4 GiB at most, is for the model too. */
const LARGEST = 2 ** 30;
/** Values that are converted in one go to be compared. */
const BLOCK = 16_384;

/** By what they are copies of: a buffer, and the place and types of the view. */
const known = new WeakMap<object, Map<string, Resident>>();

/** The inputs of a dataset in the kernels' memory: one copy for all views of the same part of a buffer. */
export class Resident {
  private readonly source: Inputs;
  private readonly dtype: DType;
  private copy: Inputs | undefined;
  /** The place of the first value that is NaN or infinite, as it was copied; −1 if there is none. */
  nonFinite = -1;

  private constructor(source: Inputs, dtype: DType) {
    this.source = source;
    this.dtype = dtype;
  }

  /**
   * The copy of those inputs, floats in that dtype. The kernels' own memory is used again for other tensors, so there
   * the array itself counts and not its buffer.
   */
  static of(source: Inputs, dtype: DType): Resident {
    const owner = isResident(source) ? source : source.buffer;
    const places = known.get(owner) ?? new Map<string, Resident>();
    known.set(owner, places);
    const place = [
      source.constructor.name,
      source.byteOffset,
      source.length,
      isFloats(source) && dtype,
    ].join();
    const resident = places.get(place) ?? new Resident(source, dtype);
    places.set(place, resident);
    return resident;
  }

  /** The values as they were at the last look: nothing writes to them. None where they are too many. */
  get values(): Inputs | undefined {
    this.copy ??= this.load();
    return this.copy;
  }

  /** Looks whether any value was changed in place, and copies them all anew if so. */
  refresh(): void {
    if (this.hasChanged(0, this.source.length)) this.copy = undefined;
  }

  /** The same for some samples of `length` values, which takes less time. */
  refreshSamples(indices: Int32Array, length: number): void {
    if (indices.some((index) => this.hasChanged(index * length, (index + 1) * length))) this.copy = undefined;
  }

  private hasChanged(start: number, end: number): boolean {
    const { source, copy } = this;
    if (!copy) return false;
    if (copy.BYTES_PER_ELEMENT === source.BYTES_PER_ELEMENT) {
      return !platform.sameBytes(bytesOf(source, start, end), bytesOf(copy, start, end));
    }
    const converted = this.dtype === "float32" ? new Float32Array(BLOCK) : new Float64Array(BLOCK);
    for (let from = start; from < end; from += BLOCK) {
      const to = Math.min(from + BLOCK, end);
      converted.set(source.subarray(from, to));
      if (!platform.sameBytes(bytesOf(converted, 0, to - from), bytesOf(copy, from, to))) return true;
    }
    return false;
  }

  private load(): Inputs | undefined {
    const { source } = this;
    if (source.byteLength > LARGEST) return undefined;
    let copy: Inputs;
    try {
      copy = allocateLike(source, source.length, this.dtype);
    } catch (error) {
      if (error instanceof EnvironmentError) return undefined;
      throw error;
    }
    copy.set(source);
    this.nonFinite = isFloats(copy) ? findNonFinite(copy) : -1;
    return copy;
  }
}

/** An array in the kernels' memory that holds inputs of that kind, floats in that dtype. */
export function allocateLike(inputs: Inputs, length: number, dtype: DType): Inputs {
  if (isFloats(inputs)) return allocate(dtype, length);
  return inputs instanceof Uint16Array ? allocateTokens(length) : allocateBytes(length);
}

export function isFloats(inputs: Inputs): inputs is FloatArray {
  return inputs instanceof Float32Array || inputs instanceof Float64Array;
}

function bytesOf(
  { buffer, byteOffset, BYTES_PER_ELEMENT: size }: Inputs,
  start: number,
  end: number,
): Uint8Array {
  return new Uint8Array(buffer, byteOffset + start * size, (end - start) * size);
}
