import { ArgumentError } from "../errors";
import { passOf, setPass, Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { checkTargets, type Loss, type Targets } from "./Loss";

/**
 * Quadratic cost: L = (1 / 2N) Σₙ Σⱼ (yₙⱼ − tₙⱼ)², t one-hot where labels are given (Nielsen, chapter 1, eq. 6).
 * Backward: ∂L/∂y = (y − t) / N.
 * Shapes: y [N, C], targets N labels or [N, C] → a number; the gradient is [N, C].
 * @throws ShapeError or ArgumentError if the targets do not fit y [N, C].
 */
export class QuadraticLoss implements Loss {
  private readonly gradient = new Workspace();
  private last: Tensor | undefined;

  /** L for results y [N, C]. */
  forward(y: Tensor, targets: Targets): number {
    checkTargets("QuadraticLoss.forward", y, targets);
    const [rows, columns] = y.shape as [number, number];
    const gradient = this.gradient.take(y.shape, y.dtype);
    const [values, slopes] = [y.data, gradient.data];
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const label = targets instanceof Tensor ? -1 : targets[i];
      for (let j = 0; j < columns; j++) {
        const cell = i * columns + j;
        const target = targets instanceof Tensor ? targets.data[cell] : j === label ? 1 : 0;
        const difference = values[cell] - target;
        total += difference * difference;
        slopes[cell] = difference / rows;
      }
    }
    this.last = setPass(gradient, passOf(y));
    return total / (2 * rows);
  }

  /** ∂L/∂y of the last `forward`, [N, C]. @throws ArgumentError before a `forward`. */
  backward(): Tensor {
    if (!this.last) throw new ArgumentError("QuadraticLoss.backward", "forward must be called first");
    return this.last;
  }
}
