import { ArgumentError, ShapeError } from "../errors";
import { run } from "../kernels/run";
import { Scratch } from "../tensor/Scratch";
import { formatShape, type Shape, sameShape } from "../tensor/shape";
import { checkDType, type Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { Module } from "./Module";
import { EqualSequences } from "./recurrence/Sequences";

/** What the way back needs of a forward pass. */
interface Pass {
  readonly x: Tensor;
  readonly starts: Int32Array;
  readonly y: Tensor;
  readonly places: Tensor;
}

/**
 * The largest value that each unit takes in a sequence: y[n, j] = maxₜ x[n, t, j]. Behind a recurrent layer that returns
 * all its states it lets every step speak to the layer behind, and not only the last one (Johnson and Zhang 2016).
 * Shapes: x [N, T, H] → y [N, H].
 *
 * Backward: dy goes to the step that was the largest, the first one where several are equal.
 *
 * In a `Sequential` behind an Embedding with `maskZero` and an LSTM or a GRU, steps of padding do not count; see
 * `EmbeddedRecurrent`.
 * @throws ShapeError if x is not [N, T, H] with T > 0, or dy not as y.
 */
export class MaxOverTime extends Module {
  private readonly y = new Workspace();
  private readonly dx = new Workspace();
  private readonly places = new Scratch();
  private readonly equal = new EqualSequences();
  private inputShape: Shape = [];
  private last: Pass | undefined;

  override forward(x: Tensor): Tensor {
    const shape = this.outputShape(x.shape);
    const [count, length, units] = x.shape as [number, number, number];
    this.inputShape = x.shape;
    const { starts } = this.equal.prepare(count, length);
    const y = this.y.take(shape, x.dtype);
    this.forwardSequences(x.reshape([count * length, units]), starts, y);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const dx = this.dx.take(this.inputShape, dy.dtype);
    this.backwardSequences(dy, dx);
    return dx;
  }

  override outputShape(shape: Shape): Shape {
    if (shape.length !== 3 || shape[1] === 0)
      throw new ShapeError(
        "MaxOverTime.forward",
        `x must be [N, T, H] with T > 0, got ${formatShape(shape)}`,
      );
    return [shape[0]!, shape[2]!];
  }

  /** Writes y [N, H] of sequences of different lengths, x [S, H]; sequence n has rows starts[n] … starts[n + 1). */
  forwardSequences(x: Tensor, starts: Int32Array, y: Tensor): void {
    const places = this.places.take(y.shape, y.dtype);
    const pointers = [starts, x.data, y.data, places.data].map(({ byteOffset }) => byteOffset);
    run(x.dtype, "maxOverTime", x.size, [0, ...y.shape, ...pointers]);
    this.last = { x, starts, y, places };
  }

  /** Writes dx [S, H] from dy [N, H]. */
  backwardSequences(dy: Tensor, dx: Tensor): void {
    const where = "MaxOverTime.backward";
    if (!this.last) throw new ArgumentError(where, "forward must be called first");
    const { x, starts, y, places } = this.last;
    if (!sameShape(dy.shape, y.shape))
      throw new ShapeError(where, `dy must be ${formatShape(y.shape)}, got ${formatShape(dy.shape)}`);
    checkDType(where, y, dy);
    const pointers = [starts, places.data, dy.data, dx.data].map(({ byteOffset }) => byteOffset);
    run(x.dtype, "maxOverTimeGradient", x.size, [0, ...y.shape, ...pointers]);
  }
}
