import { inWords } from "../checks";
import { DataLoader } from "../datasets/DataLoader";
import { ArgumentError } from "../errors";
import { Dropout } from "../layers/Dropout";
import { Module } from "../layers/Module";
import { Sequential } from "../layers/Sequential";
import { Sigmoid } from "../layers/Sigmoid";
import { Softmax } from "../layers/Softmax";
import { View } from "../layers/View";
import { BinaryCrossEntropyLoss } from "../losses/BinaryCrossEntropyLoss";
import { CrossEntropyLoss } from "../losses/CrossEntropyLoss";
import type { Loss } from "../losses/Loss";
import type { Optimizer } from "../optim/Optimizer";

/** @throws ArgumentError unless it is a model. */
export function checkModel(where: string, model: Module): void {
  if (model instanceof Module) return;
  const problem = `model must be a layer or a Sequential, got ${inWords(model)}`;
  throw new ArgumentError(where, `${problem}; write ${where}(model, …)`);
}

/** @throws ArgumentError unless it is a loss, and one that takes what the model gives. */
export function checkLoss(where: string, loss: Loss, model: Module): void {
  if (typeof loss?.forward !== "function" || typeof loss.backward !== "function") {
    const problem = `loss must be a loss, such as new CrossEntropyLoss(), got ${inWords(loss)}`;
    throw new ArgumentError(where, problem);
  }
  const last = lastLayer(model);
  if (!(last instanceof Sigmoid || last instanceof Softmax)) return;
  const applied = activationOf(loss);
  if (!applied) return;
  const [kind, activation] = [loss.constructor.name, last.constructor.name];
  const problem = `the model must end with logits, to which ${kind} applies the ${applied} itself, got a ${activation} at the end`;
  throw new ArgumentError(where, `${problem}; leave the ${activation} out, or use QuadraticLoss`);
}

/** The function that a loss applies to the logits. */
function activationOf(loss: Loss): "softmax" | "sigmoid" | undefined {
  if (loss instanceof CrossEntropyLoss) return "softmax";
  return loss instanceof BinaryCrossEntropyLoss ? "sigmoid" : undefined;
}

/** The last layer, at any depth, that changes a value when it is not learning. */
function lastLayer(model: Module): Module | undefined {
  if (model instanceof Dropout || model instanceof View) return undefined;
  if (!(model instanceof Sequential)) return model;
  for (const layer of [...model.layers].reverse()) {
    const last = lastLayer(layer);
    if (last) return last;
  }
  return undefined;
}

/** @throws ArgumentError unless it is a loader that has a batch. */
export function checkLoader(where: string, name: string, loader: DataLoader): void {
  if (!(loader instanceof DataLoader)) {
    const cure = `new DataLoader(${name}, { batchSize: 64 }) makes one of a dataset`;
    throw new ArgumentError(where, `${name} must be a DataLoader, got ${inWords(loader)}; ${cure}`);
  }
  if (loader.batches === 0) throw new ArgumentError(where, `${name} must have at least one batch, got 0`);
}

/** @throws ArgumentError unless it is a loader that has a batch, and gives the samples as they are. */
export function checkPlainLoader(where: string, name: string, loader: DataLoader): void {
  checkLoader(where, name, loader);
  if (loader.augment === undefined) return;
  throw new ArgumentError(where, `${name} must give the samples as they are, got one with augment`);
}

/** @throws ArgumentError unless it is an optimiser that changes parameters of the model, each once. */
export function checkOptimizer(where: string, optimizer: Optimizer, model: Module): void {
  const cure = "new SGD(model.parameters(), { learningRate: 0.1 }) makes one";
  if (typeof optimizer?.step !== "function" || !Array.isArray(optimizer.parameters)) {
    const problem = `optimizer must be an optimiser, got ${inWords(optimizer)}`;
    throw new ArgumentError(where, `${problem}; ${cure}`);
  }
  const own = new Set(model.namedParameters().values());
  if (own.size === 0) throw new ArgumentError(where, "model must have parameters to learn, got none");
  const { parameters } = optimizer;
  const foreign = parameters.filter((parameter) => !own.has(parameter)).length;
  if (foreign > 0) {
    const got = `${foreign} of ${parameters.length} that are not (of another model, or of one built before)`;
    throw new ArgumentError(where, `optimizer must have parameters of the model, got ${got}; ${cure}`);
  }
  if (new Set(parameters).size < parameters.length) {
    throw new ArgumentError(where, "optimizer must have each parameter once, got one twice");
  }
  if (parameters.every(({ frozen }) => frozen)) {
    const got = parameters.length === 0 ? "none" : "only frozen ones";
    throw new ArgumentError(where, `optimizer must have a parameter to change, got ${got}`);
  }
}
