import { ShapeError } from "../errors";
import { run } from "../kernels/run";
import { Scratch } from "../tensor/Scratch";
import { formatShape, type Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Activation } from "./Activation";

/**
 * Softmax of each row: yₙⱼ = e^{xₙⱼ} / Σₖ e^{xₙₖ}, computed as e^{x − max} so that nothing overflows.
 * Shapes: x [N, C] → y [N, C], rows sum to 1.
 *
 * Backward: ∂yⱼ/∂xₖ = yⱼ (δⱼₖ − yₖ), so dxⱼ = yⱼ (dyⱼ − Σₖ dyₖ yₖ).
 *
 * For training, `CrossEntropyLoss` takes the logits and does both steps at once.
 * @throws ShapeError if x is not [N, C].
 */
export class Softmax extends Activation {
  private readonly maxima = new Scratch();
  private readonly sums = new Scratch();

  protected override apply(x: Tensor, y: Tensor): void {
    const [rows, classes] = this.outputShape(x.shape) as [number, number];
    const maxima = this.maxima.take([rows], x.dtype).data.byteOffset;
    const sums = this.sums.take([rows], x.dtype).data.byteOffset;
    const args = [0, rows, classes, x.data.byteOffset, y.data.byteOffset, maxima, sums];
    run(x.dtype, "softmax", x.size, args);
  }

  protected override differentiate(y: Tensor, dy: Tensor, dx: Tensor): void {
    const [rows, classes] = y.shape as [number, number];
    const args = [0, rows, classes, y.data.byteOffset, dy.data.byteOffset, dx.data.byteOffset];
    run(y.dtype, "softmaxGradient", y.size, args);
  }

  override outputShape(shape: Shape): Shape {
    if (shape?.length !== 2 || shape[1] === 0) {
      throw new ShapeError("Softmax.forward", `x must be [N, C], got ${formatShape(shape)}`);
    }
    return shape;
  }
}
