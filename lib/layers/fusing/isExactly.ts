import type { Module } from "../Module";

/** Whether a layer is of a class, and not of a subclass, whose own `forward` has to be called. */
export function isExactly<M extends Module>(
  layer: Module | undefined,
  kind: new (...args: never[]) => M,
): layer is M {
  return layer?.constructor === kind;
}
