import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import { checkTensor, type Tensor } from "../tensor/Tensor";
import { Chain } from "./Chain";
import { fuse } from "./fusing/fuse";
import { Module } from "./Module";

/**
 * Layers one after the other: y = fₖ(… f₂(f₁(x))).
 * Backward: the chain rule from the last layer to the first.
 * Shapes: x as f₁ takes it → y as fₖ returns it; each layer takes what the one before returns.
 *
 * Each place has a layer of its own: one that occurs twice, also inside another, is refused. Two networks may share a
 * layer, and use it in turn.
 *
 * Some layers that stand next to each other are computed together, with the same result: a ReLU behind a Linear, a
 * Conv2d or a BatchNorm in the pass that adds the bias (`Rectified`), and so the max pooling behind a Conv2d (`ConvolutionBlock`); an
 * LSTM or a GRU with the Embedding before it, a Dropout between them and a MaxOverTime behind (`EmbeddedRecurrent`).
 * @throws ArgumentError if there is something else than layers or a layer twice, or if what an Embedding with maskZero
 * stands before cannot skip padding; ShapeError from the first layer that what it gets does not fit.
 * @example
 * const random = new nn.RandomState(1);
 * const model = new nn.Sequential([
 *   new nn.Linear(784, 30, { random }),
 *   new nn.ReLU(),
 *   new nn.Linear(30, 10, { random }),
 * ]);
 * console.log([...model.namedParameters().keys()].join(" ")); // 0.weight 0.bias 2.weight 2.bias
 */
export class Sequential extends Chain {
  /** The layers as they are computed. */
  private readonly stages: readonly Module[];
  /** The first of them that learns: nobody reads ∂loss/∂x of those before it. */
  private readonly firstLearning: number;

  constructor(layers: readonly Module[], ...others: never[]) {
    super(checkLayers(layers, others));
    checkDistinct(this);
    this.stages = fuse(this.layers);
    this.firstLearning = this.stages.findIndex((stage) => stage.namedParameters().size > 0);
  }

  override forward(x: Tensor): Tensor {
    checkTensor("Sequential.forward", "x", x);
    let y = x;
    for (const stage of this.stages) y = stage.forward(y);
    return this.rememberPass(x, y, this.stages);
  }

  override backward(dy: Tensor): Tensor {
    this.recallPass(dy);
    let dx = dy;
    for (let i = this.stages.length - 1; i >= 0; i--) dx = this.stages[i].backward(dx);
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    this.recallPass(dy);
    const first = Math.max(this.firstLearning, 0);
    let dx = dy;
    for (let i = this.stages.length - 1; i > first; i--) dx = this.stages[i].backward(dx);
    this.stages[first]?.backwardParameters(dx);
  }
}

/** A copy of the list. */
function checkLayers(layers: unknown, others: readonly unknown[]): readonly Module[] {
  if (!Array.isArray(layers) || others.length > 0) {
    const got = others.length > 0 ? `${1 + others.length} arguments` : inWords(layers);
    throw new ArgumentError("Sequential", `layers must be a list, got ${got}; write new Sequential([a, b])`);
  }
  return Array.from(layers as unknown[], (layer, i) => {
    if (layer instanceof Module) return layer;
    throw new ArgumentError(
      "Sequential",
      `layers[${i}] must be a layer, got ${inWords(layer)}${hint(layer)}`,
    );
  });
}

function hint(value: unknown): string {
  return typeof value === "function" && value.prototype instanceof Module
    ? `; write new ${value.name}(…)`
    : "";
}

/** @throws ArgumentError if a layer occurs twice in a network, also inside another. */
function checkDistinct(network: Module): void {
  const places = new Map<Module, string>();
  const visit = (layer: Module, path: string): void => {
    for (const [name, part] of layer.namedLayers()) {
      const place = path + name;
      const before = places.get(part);
      if (before !== undefined) {
        const twice = `the same ${part.constructor.name} at ${before} and ${place}`;
        const remedy = "make one for each place (sharing weights is not supported)";
        throw new ArgumentError("Sequential", `layers must be different objects, got ${twice}; ${remedy}`);
      }
      places.set(part, place);
      visit(part, `${place}.`);
    }
  };
  visit(network, "");
}
