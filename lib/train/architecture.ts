import type { Module } from "../layers/Module";
import { Sequential } from "../layers/Sequential";

/** The kinds of the layers in order: `Linear, ReLU, Linear`. */
export function architecture(model: Module): string {
  if (model instanceof Sequential) return model.layers.map(architecture).join(", ");
  return model.constructor.name;
}
