import type { Module, Tensor } from "scratch-nn";
import { expect } from "vitest";
import { expectClose } from "./expectClose";

/** What a layer should give: y for x, then dx and the gradients of its parameters for dy. */
export interface ModuleReference {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy: Tensor;
  readonly dx: Tensor;
  readonly gradients?: Readonly<Record<string, Tensor>>;
}

/** Runs a layer forward and backward and compares everything with a reference. */
export function checkModule(layer: Module, reference: ModuleReference, tolerance: number): void {
  const { x, y, dy, dx, gradients = {} } = reference;
  const got = layer.forward(x);
  expect(got.shape).toEqual(y.shape);
  expect(layer.outputShape(x.shape)).toEqual(y.shape);
  expectClose(got.data, y.data, tolerance);
  layer.zeroGrad();
  expectClose(layer.backward(dy).data, dx.data, tolerance);
  const parameters = layer.namedParameters();
  expect([...parameters.keys()]).toEqual(Object.keys(gradients));
  for (const [name, parameter] of parameters)
    expectClose(parameter.grad.data, gradients[name]!.data, tolerance);
}
