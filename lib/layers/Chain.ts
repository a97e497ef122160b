import type { Shape } from "../tensor/shape";
import { Module } from "./Module";

/** Layers one after the other, however they are computed: y = fₖ(… f₂(f₁(x))). */
export abstract class Chain extends Module {
  /** f₁ … fₖ. */
  readonly layers: readonly Module[];

  constructor(layers: readonly Module[]) {
    super();
    this.layers = layers;
  }

  override outputShape(shape: Shape): Shape {
    return this.layers.reduce<Shape>((current, layer) => layer.outputShape(current), shape);
  }

  /** The layers by their numbers, so that parameters are called `0.weight`, `0.bias`, `2.weight`, as in PyTorch. */
  protected override namedFields(): [string, unknown][] {
    return this.layers.map((layer, i) => [`${i}`, layer]);
  }

  /** That of the last layer, which a gradient that does not fit is for. */
  protected override get layerName(): string {
    return this.layers.at(-1)?.constructor.name ?? super.layerName;
  }
}
