import { checkOptions, checkPath, inWords } from "../checks";
import { ArgumentError, FileError } from "../errors";
import { fittingTensor, readSafetensors } from "../formats/safetensors/readSafetensors";
import type { Safetensors, StoredTensor } from "../formats/safetensors/safetensors";
import { writeSafetensors } from "../formats/safetensors/writeSafetensors";
import { Linear } from "../layers/Linear";
import type { Module } from "../layers/Module";
import { Sequential } from "../layers/Sequential";
import { artifactPath } from "../platform/paths";
import { checkChange, checkLook } from "../tensor/held";
import type { Tensor } from "../tensor/Tensor";
import { architecture } from "./architecture";
import { checkModel } from "./checkParts";

/** How `loadModel` reads a file that another program wrote. */
export interface LoadModelOptions {
  /**
   * How the weights lie in a file that does not say it: as here, a `Linear`'s [in, out], or as in PyTorch, [out, in]
   * (default: a file must be one of `saveModel` or of `fit`, which say it).
   */
  readonly layout?: "scratch-nn" | "pytorch";
}

/**
 * Writes what a model has learned, its parameters and buffers, in the safetensors format, whole or not at all. A
 * relative path counts from the project's top folder.
 * @throws FileError if it cannot be written; ArgumentError while a `fit` has the model, but in `onStep` and `onEpoch`.
 */
export function saveModel(model: Module, path: string): void {
  checkModel("saveModel", model);
  checkPath("saveModel", path);
  checkLook("saveModel", "model", model);
  writeSafetensors(path, model.namedTensors(), { architecture: architecture(model) });
}

/**
 * Reads parameters and buffers into a model of the same architecture, and returns it; nothing is changed unless all of
 * them fit.
 * A relative path counts from the project's top folder.
 *
 * Of a checkpoint of `fit` it takes what `fit` leaves in the model: the weights of the best epoch if the training is
 * over and gives them back, else those of the last step. A file that another program wrote has to fit by the names and
 * shapes of its tensors, and `layout` has to say how they lie; PyTorch's are read for Linear layers.
 * @throws FileError if the file is missing, damaged, of another architecture or dtype, or does not say its layout;
 * ArgumentError if the path is empty, an option is unknown, PyTorch's weights are asked for a layer that is no Linear, or a
 * `fit` that has not ended has the model.
 */
export function loadModel<M extends Module>(model: M, path: string, options: LoadModelOptions = {}): M {
  checkModel("loadModel", model);
  checkPath("loadModel", path);
  checkChange("loadModel", "model", model);
  checkOptions("loadModel", options, ["layout"]);
  const { layout } = options;
  if (layout !== undefined && layout !== "scratch-nn" && layout !== "pytorch") {
    throw new ArgumentError("loadModel", `layout must be "scratch-nn" or "pytorch", got ${inWords(layout)}`);
  }
  const file = readSafetensors(path);
  if (!file) throw new FileError(path, `no such file; looked at ${artifactPath(path)}`);
  checkOrigin(model, path, file, layout);
  const turned = layout === "pytorch" ? linearWeights(model) : new Set<Tensor>();
  const tensors = weightsOf(file);
  const places = model.namedTensors();
  for (const name of tensors.keys()) {
    if (!places.has(name)) throw new FileError(path, `the model has no parameter ${name}`);
  }
  const values = [...places].map(([name, place]) => {
    const { shape, dtype } = place;
    if (!turned.has(place)) return fittingTensor(path, name, { shape, dtype }, tensors).data;
    const [inputs, outputs] = shape;
    const { data } = fittingTensor(path, name, { shape: [outputs, inputs], dtype }, tensors);
    return data.map((_, i) => data[(i % outputs) * inputs + Math.floor(i / outputs)]);
  });
  [...places.values()].forEach(({ data }, i) => {
    data.set(values[i]);
  });
  return model;
}

/** @throws FileError unless the file says how its weights lie, or `layout` does, and it is of the architecture. */
function checkOrigin(
  model: Module,
  path: string,
  { metadata }: Safetensors,
  layout: LoadModelOptions["layout"],
): void {
  const expected = architecture(model);
  const got = metadata.architecture;
  if (got !== undefined && got !== expected) {
    throw new FileError(path, `expected the parameters of ${expected}, got those of ${got}`);
  }
  if (got !== undefined && layout === "pytorch") {
    throw new FileError(path, "expected a file of PyTorch, got one of scratch-nn; leave the layout out");
  }
  if (got === undefined && layout === undefined) {
    const problem = "expected a file that says how its weights lie, as saveModel's do, got one that does not";
    const cure = 'give { layout: "pytorch" } for weights [out, in], { layout: "scratch-nn" } for [in, out]';
    throw new FileError(path, `${problem}; ${cure}`);
  }
}

/** The tensors by the names of the parameters: all of a file, or those weights of a checkpoint that `fit` leaves. */
function weightsOf({ tensors, metadata }: Safetensors): ReadonlyMap<string, StoredTensor> {
  if (metadata.state === undefined) return tensors;
  const part = (prefix: string): Map<string, StoredTensor> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    );
  const best = part("best.");
  return best.size > 0 && isDone(metadata.state) ? best : part("model.");
}

/** Whether a checkpoint's training is over. */
function isDone(state: string): boolean {
  try {
    return (JSON.parse(state) as { done?: unknown } | null)?.done === true;
  } catch {
    return false;
  }
}

/** The weights of the Linear layers. @throws ArgumentError if another layer has parameters. */
function linearWeights(model: Module): Set<Tensor> {
  if (model instanceof Linear) return new Set([model.weight.value]);
  if (model instanceof Sequential) return new Set(model.layers.flatMap((layer) => [...linearWeights(layer)]));
  if (model.namedTensors().size === 0) return new Set();
  const kind = model.constructor.name;
  throw new ArgumentError("loadModel", `layout "pytorch" must be for Linear layers, got a ${kind}`);
}
