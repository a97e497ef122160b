import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { FloatArray } from "../kernels/Kernels";
import { Module } from "../layers/Module";
import type { Loss, Targets } from "../losses/Loss";
import { checkTensor, type Tensor } from "../tensor/Tensor";

/** The two gradients of one tensor, side by side. */
export interface GradCheckRow {
  /** `x`, or the name of a parameter. */
  readonly name: string;
  /** max |analytic − numeric| / max(|analytic|, |numeric|) over the tensor, the maxima taken over all its values. */
  readonly relativeError: number;
  /** ∂L/∂value by `backward`. */
  readonly analytic: Float64Array;
  /** ∂L/∂value by central differences. */
  readonly numeric: Float64Array;
}

/** What `gradCheck` differentiates, and how finely. */
export interface GradCheckOptions {
  /** The L whose derivatives are compared. */
  readonly loss: Loss;
  /** The half width of the difference (default: 1e-5). */
  readonly h?: number;
}

/**
 * Compares the gradients that `backward` computes with central differences (L(v + h) − L(v − h)) / 2h, for the input
 * and for every parameter. In float64 a correct layer stays below 1e-6; a wrong formula does not come near.
 *
 * The layer must give the same result every time: no dropout while learning. `backward` of the loss must be its
 * derivative: a `CrossEntropyLoss` needs a gradientScale of 1 and an epsilon of 0.
 * @throws ArgumentError if x is not float64: in float32 the differences drown in rounding. The
 * errors of the model and the loss for an x or targets that do not fit.
 */
export function gradCheck(
  model: Module,
  x: Tensor,
  targets: Targets,
  options: GradCheckOptions,
): GradCheckRow[] {
  if (!(model instanceof Module))
    throw new ArgumentError("gradCheck", `model must be a layer or a network, got ${inWords(model)}`);
  checkTensor("gradCheck", "x", x);
  checkOptions("gradCheck", options, ["loss", "h"]);
  const { loss, h = 1e-5 } = options;
  if (typeof loss?.forward !== "function")
    throw new ArgumentError("gradCheck", `loss must be a loss, got ${inWords(loss)}`);
  if (!(typeof h === "number" && h > 0 && Number.isFinite(h)))
    throw new ArgumentError("gradCheck", `h must be a finite number > 0, got ${inWords(h)}`);
  if (x.dtype !== "float64") throw new ArgumentError("gradCheck", `x must be float64, got ${x.dtype}`);
  const evaluate = (): number => loss.forward(model.forward(x), targets);
  model.zeroGrad();
  evaluate();
  const dx = Float64Array.from(model.backward(loss.backward()).data);
  const parameters = [...model.namedParameters()];
  const analytic = parameters.map(([, parameter]) => Float64Array.from(parameter.grad.data));
  model.zeroGrad();
  return [
    compare("x", dx, x.data, evaluate, h),
    ...parameters.map(([name, { value }], i) => compare(name, analytic[i], value.data, evaluate, h)),
  ];
}

function compare(
  name: string,
  analytic: Float64Array,
  values: FloatArray,
  f: () => number,
  h: number,
): GradCheckRow {
  const numeric = new Float64Array(values.length);
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    values[i] = value + h;
    const above = f();
    values[i] = value - h;
    const below = f();
    values[i] = value;
    numeric[i] = (above - below) / (2 * h);
    difference = Math.max(difference, Math.abs(numeric[i] - analytic[i]));
    scale = Math.max(scale, Math.abs(numeric[i]), Math.abs(analytic[i]));
  }
  return { name, relativeError: scale === 0 ? difference : difference / scale, analytic, numeric };
}
