import { Chain } from "../Chain";
import type { Module } from "../Module";

/** Layers that are computed together: what `Sequential` puts in their place. The function is the same, with less work. */
export abstract class Fused extends Chain {
  constructor(layers: readonly (Module | undefined)[]) {
    super(layers.filter((layer) => layer !== undefined));
  }
}

/** Whether a layer is of a class, and not of a subclass, whose own `forward` has to be called. */
export function isExactly<M extends Module>(
  layer: Module | undefined,
  kind: new (...args: never[]) => M,
): layer is M {
  return layer?.constructor === kind;
}
