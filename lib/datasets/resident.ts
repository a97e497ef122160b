import type { DType } from "../kernels/Kernels";
import { allocate, allocateBytes, allocateTokens, isResident } from "../kernels/memory";
import type { Dataset } from "./Dataset";

/** The copies by what they are copies of: a buffer, and the range and types of the view. */
const residents = new WeakMap<object, Map<string, Dataset["inputs"]>>();

/**
 * The inputs in the kernels' memory, copied there once for all views of the same part of a buffer, until the buffer is
 * garbage. The kernels' own memory is used again for other tensors, so there the array itself counts.
 */
export function resident(inputs: Dataset["inputs"], dtype: DType): Dataset["inputs"] {
  const owner = isResident(inputs) ? inputs : inputs.buffer;
  const known = residents.get(owner) ?? new Map<string, Dataset["inputs"]>();
  residents.set(owner, known);
  const isFloat = inputs instanceof Float32Array || inputs instanceof Float64Array;
  const key = [inputs.constructor.name, inputs.byteOffset, inputs.length, isFloat ? dtype : ""].join();
  let copy = known.get(key);
  if (!copy) {
    if (isFloat) copy = allocate(dtype, inputs.length);
    else copy = inputs instanceof Uint16Array ? allocateTokens(inputs.length) : allocateBytes(inputs.length);
    copy.set(inputs);
    known.set(key, copy);
  }
  return copy;
}
