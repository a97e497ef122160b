import type { RandomState } from "../tensor/RandomState";
import type { Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Conv2d } from "./Conv2d";
import { fuse } from "./fusing/fuse";
import { isExactly } from "./fusing/isExactly";
import { Linear } from "./Linear";
import { Module } from "./Module";
import type { Parameter } from "./Parameter";
import { ReLU } from "./ReLU";

/**
 * Layers one after the other: y = fₖ(… f₂(f₁(x))).
 * Backward: the chain rule from the last layer to the first.
 * Shapes: x as f₁ takes it → y as fₖ returns it; each layer takes what the one before returns.
 *
 * A ReLU behind a Linear or a Conv2d is computed in the pass that adds the bias, and so is the max pooling behind a
 * Conv2d (`ConvolutionBlock`); an LSTM or a GRU behind an Embedding is computed together with it, and so are a Dropout
 * between them and a MaxOverTime behind (`EmbeddedRecurrent`). The function is the same.
 * @throws ArgumentError if what an Embedding with maskZero stands before cannot skip padding.
 * @throws ShapeError from the first layer that what it gets does not fit.
 * @example
 * const random = new nn.RandomState(1);
 * const model = new nn.Sequential([
 *   new nn.Linear(784, 30, { random }),
 *   new nn.ReLU(),
 *   new nn.Linear(30, 10, { random }),
 * ]);
 * console.log([...model.namedParameters().keys()].join(" ")); // 0.weight 0.bias 2.weight 2.bias
 */
export class Sequential extends Module {
  /** f₁ … fₖ. */
  readonly layers: readonly Module[];
  /** The layers as they are computed. */
  private readonly stages: readonly Module[];
  /** The first of them that learns: nobody reads ∂loss/∂x of those before it. */
  private readonly firstLearning: number;

  constructor(layers: readonly Module[]) {
    super();
    this.layers = [...layers];
    this.stages = fuse(layers);
    this.firstLearning = this.stages.findIndex((stage) => stage.namedParameters().size > 0);
  }

  override forward(x: Tensor): Tensor {
    let y = x;
    for (let i = 0; i < this.stages.length; i++) {
      const stage = this.stages[i];
      const next = this.stages[i + 1];
      if ((isExactly(stage, Linear) || isExactly(stage, Conv2d)) && isExactly(next, ReLU)) {
        y = next.adopt(stage.forwardRectified(y));
        i++;
      } else {
        y = stage.forward(y);
      }
    }
    return y;
  }

  override backward(dy: Tensor): Tensor {
    let dx = dy;
    for (let i = this.stages.length - 1; i >= 0; i--) dx = this.stages[i].backward(dx);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    const first = Math.max(this.firstLearning, 0);
    let dx = dy;
    for (let i = this.stages.length - 1; i > first; i--) dx = this.stages[i].backward(dx);
    this.stages[first]?.backwardParameters(dx);
  }

  override outputShape(shape: Shape): Shape {
    return this.layers.reduce<Shape>((current, layer) => layer.outputShape(current), shape);
  }

  /** Each layer's parameters behind the number of the layer, `0.weight`, `0.bias`, `2.weight`, as PyTorch names them. */
  override namedParameters(): Map<string, Parameter> {
    return collect(this.layers, (layer) => layer.namedParameters());
  }

  override namedSettings(): Map<string, unknown> {
    return collect(this.layers, (layer) => layer.namedSettings());
  }

  override namedStreams(): Map<string, RandomState> {
    return collect(this.layers, (layer) => layer.namedStreams());
  }

  override train(training = true): this {
    for (const layer of this.layers) layer.train(training);
    return super.train(training);
  }
}

/** What the layers have, by the number of the layer and its own name. */
function collect<T>(layers: readonly Module[], of: (layer: Module) => Map<string, T>): Map<string, T> {
  return new Map(
    layers.flatMap((layer, i) => [...of(layer)].map(([name, value]) => [`${i}.${name}`, value])),
  );
}
