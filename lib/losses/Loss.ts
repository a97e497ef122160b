import { inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { Sigmoid } from "../layers/Sigmoid";
import { Softmax } from "../layers/Softmax";
import { formatShape } from "../tensor/shape";
import { checkTensor, passOf, Tensor } from "../tensor/Tensor";

/** What a batch should have been: a class number a row, or a row of target values (one-hot or soft) of y's shape. */
export type Targets = ArrayLike<number> | Tensor;

/** A number that says how wrong a batch of results is, averaged over the batch, and its derivative. */
export interface Loss {
  /** The loss of results y [N, C]. @throws ShapeError or ArgumentError if the targets do not fit. */
  forward(y: Tensor, targets: Targets): number;
  /** ∂loss/∂y of the last `forward`, [N, C]. @throws ArgumentError before a `forward`. */
  backward(): Tensor;
}

/**
 * For a loss that applies a softmax or a sigmoid itself, and compares probabilities.
 * @throws ArgumentError if a layer has applied one already, so that the model would learn, but slowly and not well; or
 * if a target is no probability.
 */
export function checkLogits(
  where: string,
  logits: Tensor,
  targets: Targets,
  applied: "softmax" | "sigmoid",
): void {
  if (targets instanceof Tensor) {
    const odd = targets.data.find((target) => !(target >= 0 && target <= 1));
    if (odd !== undefined) throw new ArgumentError(where, `targets must be from 0 to 1, got ${odd}`);
  }
  for (let pass = passOf(logits); pass; pass = pass.inner) {
    if (!(pass.layer instanceof Softmax || pass.layer instanceof Sigmoid)) continue;
    const name = pass.layer.constructor.name;
    const problem = `y must be logits, to which the loss applies the ${applied} itself, got those of a ${name}`;
    throw new ArgumentError(where, `${problem}; leave the ${name} out, or use QuadraticLoss`);
  }
}

/**
 * @throws ShapeError or ArgumentError if the targets do not fit results y [N, C]; labels may be 0 … C − 1, or up to
 * leastClasses − 1.
 */
export function checkTargets(where: string, y: Tensor, targets: Targets, leastClasses = 1): void {
  checkTensor(where, "y", y);
  const [rows, columns] = y.shape;
  const classes = Math.max(columns, leastClasses);
  if (y.shape.length !== 2 || rows === 0 || columns === 0)
    throw new ShapeError(where, `y must be [N, C], got ${formatShape(y.shape)}`);
  if (targets instanceof Tensor) {
    if (targets.shape.length !== 2 || targets.shape[0] !== rows || targets.shape[1] !== columns) {
      throw new ShapeError(
        where,
        `targets must be ${formatShape(y.shape)}, got ${formatShape(targets.shape)}`,
      );
    }
    return;
  }
  if (typeof targets !== "object" || !Number.isInteger(targets?.length)) {
    checkTensor(where, "targets", targets, ` ${formatShape(y.shape)} or ${rows} labels`);
    return;
  }
  if (targets.length !== rows) throw new ShapeError(where, `labels must be ${rows}, got ${targets.length}`);
  for (let i = 0; i < targets.length; i++) {
    const label = targets[i];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new ArgumentError(where, `labels must be classes 0 to ${classes - 1}, got ${inWords(label)}`);
    }
  }
}
