import { readFileSync } from "node:fs";
import { FileError } from "../../errors";
import { artifactPath } from "../../platform/paths";
import { formatShape, sameShape } from "../../tensor/shape";
import type { Tensor } from "../../tensor/Tensor";
import { decodeSafetensors, type Safetensors, type StoredTensor } from "./safetensors";

/**
 * A file in the safetensors format, undefined if there is none. A relative path counts from the project's top folder.
 * @throws FileError if it is damaged or cannot be read.
 */
export function readSafetensors(path: string): Safetensors | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(artifactPath(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new FileError(path, `could not be read: ${message}`);
  }
  return decodeSafetensors(bytes, path);
}

/** The tensor of that name. @throws FileError if it is missing, or its dtype or shape is not that of `wanted`. */
export function fittingTensor(
  path: string,
  name: string,
  wanted: Tensor,
  tensors: ReadonlyMap<string, StoredTensor>,
): StoredTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new FileError(path, `${name} is missing`);
  if (tensor.dtype !== wanted.dtype) {
    throw new FileError(path, `${name} must be ${wanted.dtype}, got ${tensor.dtype}`);
  }
  if (!sameShape(tensor.shape, wanted.shape)) {
    const [shape, got] = [wanted.shape, tensor.shape].map(formatShape);
    throw new FileError(path, `${name} must be ${shape}, got ${got}`);
  }
  return tensor;
}
