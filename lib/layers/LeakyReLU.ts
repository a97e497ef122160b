import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { run } from "../kernels/run";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/** How much of what is below 0 passes. */
export interface LeakyReLUOptions {
  /** a (default: 0.01, as in PyTorch; Keras has 0.3). */
  readonly negativeSlope?: number;
}

/**
 * Leaky rectified linear unit (Maas, Hannun and Ng 2013), as `torch.nn.LeakyReLU`: y = x where x > 0, else a x, value
 * by value; any shape.
 * Backward: dx = dy where x > 0, else a dy.
 * @throws ArgumentError unless negativeSlope is a finite number.
 */
export class LeakyReLU extends Activation {
  /** a. */
  readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super();
    checkOptions("LeakyReLU", options, ["negativeSlope"]);
    const { negativeSlope = 0.01 } = options;
    if (!Number.isFinite(negativeSlope)) {
      const problem = `negativeSlope must be a finite number, got ${inWords(negativeSlope)}`;
      throw new ArgumentError("LeakyReLU", problem);
    }
    this.negativeSlope = negativeSlope;
  }

  protected override apply(x: Tensor, y: Tensor): void {
    const args = [0, x.size, x.data.byteOffset, y.data.byteOffset, this.negativeSlope];
    run(x.dtype, "leakyRelu", x.size, args);
  }

  protected override differentiate(_y: Tensor, dy: Tensor, dx: Tensor, x: Tensor): void {
    const pointers = [x.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
    run(x.dtype, "leakyReluGradient", x.size, [0, x.size, ...pointers, this.negativeSlope]);
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([["negativeSlope", this.negativeSlope]]);
  }
}
