import { inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { formatShape } from "../tensor/shape";
import { checkTensor, Tensor } from "../tensor/Tensor";

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
