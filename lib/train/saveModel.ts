import { checkPath } from "../checks";
import { FileError } from "../errors";
import { fittingTensor, readSafetensors } from "../formats/safetensors/readSafetensors";
import type { StoredTensor } from "../formats/safetensors/safetensors";
import { writeSafetensors } from "../formats/safetensors/writeSafetensors";
import type { Module } from "../layers/Module";
import { Sequential } from "../layers/Sequential";
import { artifactPath } from "../platform/paths";

/**
 * Writes the parameters of a model in the safetensors format, whole or not at all. A relative path counts from
 * the project's top folder.
 * @throws FileError if it cannot be written.
 */
export function saveModel(model: Module, path: string): void {
  checkPath("saveModel", path);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { value }] of model.namedParameters()) tensors.set(name, value);
  writeSafetensors(path, tensors, { architecture: architecture(model) });
}

/**
 * Reads parameters into a model of the same architecture, and returns it; nothing is changed unless all of them fit.
 * A relative path counts from the project's top folder. A file that another program wrote, without the names of the
 * layers, has to fit by the names and shapes of its tensors.
 * @throws FileError if the file is missing, damaged, or belongs to another architecture or dtype; ArgumentError if the
 * path is empty.
 */
export function loadModel<M extends Module>(model: M, path: string): M {
  checkPath("loadModel", path);
  const file = readSafetensors(path);
  if (!file) throw new FileError(path, `no such file; looked at ${artifactPath(path)}`);
  const { tensors, metadata } = file;
  const wanted = architecture(model);
  if (metadata.architecture !== undefined && metadata.architecture !== wanted) {
    throw new FileError(path, `wanted the parameters of ${wanted}, got those of ${metadata.architecture}`);
  }
  const parameters = [...model.namedParameters()];
  const names = new Set(parameters.map(([name]) => name));
  for (const name of tensors.keys()) {
    if (!names.has(name)) throw new FileError(path, `the model has no parameter ${name}`);
  }
  const values = parameters.map(([name, { value }]) => fittingTensor(path, name, value, tensors).data);
  parameters.forEach(([, { value }], i) => {
    value.data.set(values[i]);
  });
  return model;
}

/** The kinds of the layers in order: `Linear, ReLU, Linear`. */
export function architecture(model: Module): string {
  if (model instanceof Sequential) return model.layers.map(architecture).join(", ");
  return model.constructor.name;
}
