import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { run } from "../kernels/run";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/** Which of the two functions of that name it is. */
export interface GELUOptions {
  /** Whether tanh stands for the normal distribution, as in GPT-2 and BERT's first code (default: `none`). */
  readonly approximate?: "none" | "tanh";
}

/**
 * Gaussian error linear unit (Hendrycks and Gimpel 2016), as `torch.nn.GELU`: y = x Φ(x) with the normal distribution
 * Φ(x) = ½ (1 + erf(x / √2)), value by value; any shape. Approximated, y = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).
 *
 * Backward: dy/dx = Φ(x) + x φ(x) with φ(x) = e^(−x²/2) / √(2π). Approximated, with s = ½ (1 + tanh u),
 * dy/dx = s + 2 x s (1 − s) du/dx and du/dx = √(2/π) (1 + 0.134145 x²).
 * @throws ArgumentError unless approximate is "none" or "tanh".
 */
export class GELU extends Activation {
  /** Whether tanh stands for the normal distribution. */
  readonly approximate: "none" | "tanh";

  constructor(options: GELUOptions = {}) {
    super();
    checkOptions("GELU", options, ["approximate"]);
    const { approximate = "none" } = options;
    if (approximate !== "none" && approximate !== "tanh") {
      throw new ArgumentError("GELU", `approximate must be "none" or "tanh", got ${inWords(approximate)}`);
    }
    this.approximate = approximate;
  }

  protected override apply(x: Tensor, y: Tensor): void {
    run(x.dtype, "gelu", x.size, [0, x.size, x.data.byteOffset, y.data.byteOffset, this.byTanh]);
  }

  protected override differentiate(_y: Tensor, dy: Tensor, dx: Tensor, x: Tensor): void {
    const pointers = [x.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
    run(x.dtype, "geluGradient", x.size, [0, x.size, ...pointers, this.byTanh]);
  }

  override namedSettings(): Map<string, unknown> {
    return new Map([["approximate", this.approximate]]);
  }

  private get byTanh(): number {
    return this.approximate === "tanh" ? 1 : 0;
  }
}
