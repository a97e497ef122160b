import { ArgumentError } from "../errors";
import { kernels } from "../kernels/load";
import { exp, log1p } from "../tensor/fdlibm";
import { passOf, setPass, Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { checkLogits, checkTargets, type Loss, type Targets } from "./Loss";

/**
 * Sigmoid and binary cross-entropy in one: L = −(1/N) Σₙ Σⱼ (tₙⱼ log aₙⱼ + (1 − tₙⱼ) log(1 − aₙⱼ)) with
 * a = 1 / (1 + e⁻ˣ) of the logits x and targets t from 0 to 1 (Nielsen, chapter 3, eq. 63). For one column it is
 * PyTorch's `BCEWithLogitsLoss`, which for more also divides by their number.
 *
 * N labels stand for the targets: where C = 1 they are 0 or 1, else classes, each a one-hot row.
 *
 * Backward: ∂L/∂x = (a − t) / N: the sigmoid's slope a (1 − a) cancels, so a unit that is badly wrong learns fast.
 * Each term is |x| times what t misses of a's nearest end, 0 or 1, + log(1 + e^−|x|): it neither overflows nor loses
 * digits, and at x = ±∞ it is the limit, 0 or ∞. Gradients too small to
 * change a weight become 0 (kernels/assembly/tiny.ts).
 *
 * Shapes: logits [N, C], targets N labels or [N, C] → a number; the gradient is [N, C].
 * @throws ShapeError or ArgumentError if the targets do not fit the logits [N, C].
 */
export class BinaryCrossEntropyLoss implements Loss {
  private readonly gradient = new Workspace();
  private last: Tensor | undefined;

  /** L for logits [N, C]. */
  forward(logits: Tensor, targets: Targets): number {
    checkTargets("BinaryCrossEntropyLoss.forward", logits, targets, 2);
    checkLogits("BinaryCrossEntropyLoss.forward", logits, targets, "sigmoid");
    const [rows, columns] = logits.shape as [number, number];
    const gradient = this.gradient.take(logits.shape, logits.dtype);
    const least = kernels(logits.dtype).leastGradient();
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const label = targets instanceof Tensor ? 0 : targets[i];
      for (let j = 0; j < columns; j++) {
        const cell = i * columns + j;
        const x = logits.data[cell];
        let target: number;
        if (targets instanceof Tensor) target = targets.data[cell];
        else if (columns === 1) target = label;
        else target = j === label ? 1 : 0;
        const e = exp(-Math.abs(x));
        const slope = ((x < 0 ? e : 1) / (1 + e) - target) / rows;
        const miss = x < 0 ? target : 1 - target;
        total += (miss === 0 ? 0 : Math.abs(x) * miss) + log1p(e);
        gradient.data[cell] = Math.abs(slope) < least ? 0 : slope;
      }
    }
    this.last = setPass(gradient, passOf(logits));
    return total / rows;
  }

  /** ∂L/∂logits of the last `forward`, [N, C]. @throws ArgumentError before a `forward`. */
  backward(): Tensor {
    if (!this.last)
      throw new ArgumentError("BinaryCrossEntropyLoss.backward", "forward must be called first");
    return this.last;
  }
}
