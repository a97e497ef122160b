import { ShapeError } from "../errors";
import { run } from "../kernels/run";
import { Scratch } from "../tensor/Scratch";
import { formatShape, type Shape } from "../tensor/shape";
import type { Tensor } from "../tensor/Tensor";
import { Module } from "./Module";
import { EqualSequences } from "./recurrence/Sequences";

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
  private readonly places = new Scratch();
  private readonly equal = new EqualSequences();

  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x);
    const [count, length, units] = x.shape as [number, number, number];
    const { starts } = this.equal.prepare(count, length);
    const places = this.places.take(y.shape, y.dtype);
    maxOverTime(x.reshape([count * length, units]), starts, y, places);
    return y;
  }

  override backward(dy: Tensor): Tensor {
    const { x, y } = this.recallPass(dy);
    const [count, length] = x.shape as [number, number, number];
    const { starts } = this.equal.prepare(count, length);
    const dx = this.takeInputGradient();
    maxOverTimeGradient(dy, starts, this.places.take(y.shape, y.dtype), dx);
    return dx;
  }

  override outputShape(shape: Shape): Shape {
    if (shape?.length !== 3 || shape[1] === 0)
      throw new ShapeError(
        "MaxOverTime.forward",
        `x must be [N, T, H] with T > 0, got ${formatShape(shape)}`,
      );
    return [shape[0]!, shape[2]!];
  }
}

/**
 * Writes the largest values y [N, H] of sequences of different lengths, and their places; sequence n has the rows
 * starts[n] … starts[n + 1) of x [S, H].
 */
export function maxOverTime(x: Tensor, starts: Int32Array, y: Tensor, places: Tensor): void {
  const pointers = [starts, x.data, y.data, places.data].map(({ byteOffset }) => byteOffset);
  run(x.dtype, "maxOverTime", x.size, [0, ...y.shape, ...pointers]);
}

/** Writes dx [S, H]: dy [N, H] at the places, else 0. */
export function maxOverTimeGradient(dy: Tensor, starts: Int32Array, places: Tensor, dx: Tensor): void {
  const pointers = [starts, places.data, dy.data, dx.data].map(({ byteOffset }) => byteOffset);
  run(dy.dtype, "maxOverTimeGradient", dx.size, [0, ...dy.shape, ...pointers]);
}
