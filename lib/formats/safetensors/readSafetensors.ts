import { existsSync } from "node:fs";
import { FileError } from "../../errors";
import { artifactPath } from "../../platform/paths";
import { readBytes } from "../../platform/readFile";
import { formatShape, sameShape } from "../../tensor/shape";
import type { Tensor } from "../../tensor/Tensor";
import { decodeSafetensors, type Safetensors, type StoredTensor } from "./safetensors";

/** As much as Node reads at once, in bytes. */
const MOST = 2 ** 31 - 1;

/**
 * A file in the safetensors format, undefined if there is none. A relative path counts from the project's top folder.
 * @throws FileError if it is damaged or cannot be read.
 */
export function readSafetensors(path: string): Safetensors | undefined {
  const place = artifactPath(path);
  if (!existsSync(place)) return undefined;
  return decodeSafetensors(readBytes(place, path, MOST), path);
}

/** The tensor of that name. @throws FileError if it is missing, or its dtype or shape is not that of `like`. */
export function fittingTensor(
  path: string,
  name: string,
  like: Pick<Tensor, "dtype" | "shape">,
  tensors: ReadonlyMap<string, StoredTensor>,
): StoredTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new FileError(path, `expected a tensor ${name}, got none`);
  if (tensor.dtype !== like.dtype) {
    throw new FileError(path, `expected ${name} to be ${like.dtype}, got ${tensor.dtype}`);
  }
  if (!sameShape(tensor.shape, like.shape)) {
    const [shape, got] = [like.shape, tensor.shape].map(formatShape);
    throw new FileError(path, `expected ${name} to be ${shape}, got ${got}`);
  }
  return tensor;
}
