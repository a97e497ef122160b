import { checkShares } from "../checks";
import { run } from "../kernels/run";
import { checkChange } from "../tensor/held";
import type { RandomState } from "../tensor/RandomState";
import type { Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { checkLayerOptions } from "./init";
import { Module } from "./Module";

/** What draws the values that are dropped. */
export interface DropoutOptions {
  /** The stream the masks come from: two words of it a mask. */
  readonly random: RandomState;
}

/** What a mask is a function of. */
export type DropoutKey = readonly [number, number];

/**
 * Dropout (Srivastava et al. 2014), inverted: while learning y = x ⊙ b / (1 − p) with each b 0 at probability p and
 * else 1, so that the mean of y is x; in evaluation y = x.
 * Shapes: x of any shape → y of the same. Backward: dx = dy ⊙ b / (1 − p), the same b; or dy.
 *
 * A mask is a function of two words, `random.randint(0, 2 ** 32)` twice: the words of the counter-based generator
 * Philox4x32-10 under that key, b = 0 where one is below p · 2³². It is computed anew in `backward`, never stored, and
 * does not depend on the number of threads or on the dtype.
 * @throws ArgumentError unless p is in [0, 1).
 */
export class Dropout extends Module {
  /** The share of the values that is left out while learning. */
  readonly p: number;
  /** The stream the masks come from. */
  readonly random: RandomState;
  /** Of the mask of the last `forward`; none if nothing was dropped. */
  private key: DropoutKey | undefined;

  constructor(p: number, options: DropoutOptions) {
    super();
    checkShares("Dropout", { p });
    checkLayerOptions("Dropout", options, ["random"], [p]);
    this.p = p;
    this.random = options.random;
  }

  override forward(x: Tensor): Tensor {
    this.checkInput(x);
    this.key = this.training && this.p > 0 ? this.drawKey() : undefined;
    return this.key ? this.drop(x, this.takeOutput(x), this.key) : this.rememberPass(x, x);
  }

  /** @throws ShapeError or ArgumentError if dy differs from x in shape or dtype; ArgumentError before a `forward`. */
  override backward(dy: Tensor): Tensor {
    this.recallPass(dy);
    return this.key ? this.drop(dy, this.takeInputGradient(), this.key) : dy;
  }

  override outputShape(shape: Shape): Shape {
    return shape;
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([["p", this.p]]);
  }

  /** Draws the next mask. @internal */
  drawKey(): DropoutKey {
    checkChange("Dropout.forward", "the stream", this.random);
    return [this.random.randint(0, 2 ** 32), this.random.randint(0, 2 ** 32)];
  }

  /** out = x ⊙ b / (1 − p) with the mask b of the key; out may be x. @internal */
  drop({ data, size, dtype }: Tensor, out: Tensor, [key0, key1]: DropoutKey): Tensor {
    const threshold = Math.min(Math.round(this.p * 2 ** 32), 2 ** 32 - 1);
    const scale = 1 / (1 - this.p);
    const [from, to] = [data.byteOffset, out.data.byteOffset];
    run(dtype, "dropout", size, [0, size, from, to, threshold, scale, key0, key1]);
    return out;
  }
}
