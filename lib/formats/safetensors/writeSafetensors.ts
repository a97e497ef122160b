import { writeAtomically } from "../../platform/files";
import { artifactPath } from "../../platform/paths";
import { encodeSafetensors, type StoredTensor, withChecksum } from "./safetensors";

/**
 * Writes tensors in the safetensors format with a checksum of all of it, whole or not at all. A relative path counts
 * from the project's top folder.
 * @throws FileError if it cannot be written; the errors of `encodeSafetensors`.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): void {
  const bytes = encodeSafetensors(tensors, withChecksum(tensors, metadata));
  writeAtomically(artifactPath(path), bytes);
}
