import type { RandomState } from "../tensor/RandomState";
import type { Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import type { Parameter } from "./Parameter";

/**
 * A layer or a network: a function of a batch, and its derivative written out by hand.
 *
 * `forward(x)` computes y and remembers what the derivative needs. `backward(dy)` takes ∂loss/∂y, adds ∂loss/∂θ to
 * the `grad` of each parameter θ, and returns ∂loss/∂x: the chain rule, one link a layer.
 *
 * The tensors that both return belong to the caller. Only while `fit` and `evaluate` run are they used again in the
 * next step: a layer or a loss of your own that keeps one from step to step has to `clone()` it.
 */
export abstract class Module {
  /** Whether the layer is learning; dropout, for one, behaves differently when not. */
  training = true;

  /** y = f(x). Shapes: x [N, …] → y as `outputShape` says. @throws ShapeError if x does not fit. */
  abstract forward(x: Tensor): Tensor;

  /**
   * ∂loss/∂x from dy = ∂loss/∂y for the x of the last `forward`; adds ∂loss/∂θ to `grad` of each parameter θ.
   * Shapes: dy as y → dx as x.
   * @throws ShapeError if dy has another shape; ArgumentError before a `forward`.
   */
  abstract backward(dy: Tensor): Tensor;

  /** The shape of y for an x of that shape, the batch axis included. @throws ShapeError if x does not fit. */
  abstract outputShape(shape: Shape): Shape;

  /** The parameters by name, in a fixed order: the names under which they are saved. */
  namedParameters(): Map<string, Parameter> {
    return new Map();
  }

  /** Constants that the parameters do not show, by name: a checkpoint fits only where they are the same. */
  namedSettings(): Map<string, unknown> {
    return new Map();
  }

  /** The streams that training draws from, by name: a checkpoint keeps them beside the parameters. */
  namedStreams(): Map<string, RandomState> {
    return new Map();
  }

  /** `backward` for the first layer of a network: ∂loss/∂x, which nobody reads, may be left out. */
  backwardParameters(dy: Tensor): void {
    this.backward(dy);
  }

  /** All parameters that are not frozen, in the order of `namedParameters`: what an optimiser takes. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()].filter(({ frozen }) => !frozen);
  }

  /** Clears all gradients. */
  zeroGrad(): void {
    for (const parameter of this.namedParameters().values()) parameter.zeroGrad();
  }

  /** Sets whether the layer, and all in it, is learning. */
  train(training = true): this {
    this.training = training;
    return this;
  }

  /** The same as `train(false)`. */
  eval(): this {
    return this.train(false);
  }
}
