import { gradCheck, type Loss, type Module, QuadraticLoss, type Targets, type Tensor } from "scratch-nn";
import { expect } from "vitest";
import { randomTensor } from "./randomTensor";

/** Expects the gradients of x and of every parameter to agree with central differences to 1e-6. */
export function checkGradients(
  model: Module,
  x: Tensor,
  loss: Loss = new QuadraticLoss(),
  targets: Targets = randomTensor(model.outputShape(x.shape), { dtype: "float64", seed: 77 }),
): void {
  const rows = gradCheck(model, x, targets, { loss });
  expect(rows.map((row) => row.name)).toEqual(["x", ...model.namedParameters().keys()]);
  for (const { name, relativeError } of rows)
    expect(relativeError, `the gradient of ${name}`).toBeLessThan(1e-6);
}
