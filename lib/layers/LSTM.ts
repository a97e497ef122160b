import { kernels } from "../kernels/load";
import { matmulInto } from "../tensor/matmul";
import { RowScratch, Scratch } from "../tensor/Scratch";
import type { Tensor } from "../tensor/Tensor";
import { Recurrent, type RecurrentOptions } from "./recurrence/Recurrent";
import { accumulateOver, type Range } from "./recurrence/ranges";
import type { Sequences } from "./recurrence/Sequences";

const GATES = 4;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), Keras's cell. With
 * zₜ = xₜW + hₜ₋₁U + b cut into four parts of H values, in Keras's and PyTorch's order,
 *
 *     i = σ(z₁)   f = σ(z₂)   g = tanh(z₃)   o = σ(z₄)
 *     cₜ = f ⊙ cₜ₋₁ + i ⊙ g        hₜ = o ⊙ tanh(cₜ)        h₀ = c₀ = 0
 *
 * Shapes: x [N, T, D], W [D, 4H], U [H, 4H], b [4H] → y [N, H], the h of the last step, or [N, T, H], all of them.
 * b begins as 1 for f and 0 for the others, so that the cell remembers until it learns to forget (Jozefowicz et al.
 * 2015). PyTorch adds two biases; b is their sum, W and U are its weights transposed. σ is the logistic function or, where
 * `recurrentActivation` says so, max(0, min(1, 0.2 z + 0.5)), whose slope 0.2, and 0 at its ends, replaces σ (1 − σ) below.
 *
 * Backward, from the last step to the first: hₜ is read by y and by step t + 1, cₜ by hₜ and by step t + 1. So with
 * dhₜ = dyₜ + dzₜ₊₁ Uᵀ and dcₜ = dhₜ ⊙ o ⊙ (1 − tanh² cₜ) + dcₜ₊₁ ⊙ fₜ₊₁,
 *
 *     dz₁ = dcₜ ⊙ g ⊙ i (1 − i)           dz₂ = dcₜ ⊙ cₜ₋₁ ⊙ f (1 − f)
 *     dz₃ = dcₜ ⊙ i ⊙ (1 − g²)            dz₄ = dhₜ ⊙ tanh cₜ ⊙ o (1 − o)
 *
 * and dW = Σₜ xₜᵀ dzₜ, dU = Σₜ hₜ₋₁ᵀ dzₜ, db = Σₜ dzₜ, dxₜ = dzₜ Wᵀ. That is the whole gradient, through all T steps;
 * only values of dh and dc too small to change a weight count as 0 (kernels/assembly/tiny.ts).
 * @throws ArgumentError if a length is not a whole number > 0.
 * @throws ShapeError if x is not [N, T, D] with T > 0 or dy not as y; ArgumentError if their dtype is not that of the
 * weights.
 */
export class LSTM extends Recurrent {
  private readonly packed = new Scratch();
  private readonly gateValues = new RowScratch();
  private readonly cells = new RowScratch();
  private saved: { readonly gates: Tensor; readonly cells: Tensor; readonly before: Tensor } | undefined;

  constructor(inputSize: number, units: number, options: RecurrentOptions) {
    super(inputSize, units, GATES, options);
    this.bias.value.data.fill(1, units, 2 * units);
  }

  /** @internal */
  protected override forwardSteps(
    sequences: Sequences,
    projections: Tensor,
    last: Tensor,
    after: Tensor | undefined,
  ): void {
    const { dtype, units } = this;
    const { steps, distinct } = sequences;
    const kernel = kernels(dtype);
    const padded = kernel.wholeVectors(units);
    const gates = this.gateValues.take(steps, GATES * padded, dtype);
    const cells = this.cells.take(steps, padded, dtype);
    const before = this.before.take(steps, units, dtype);
    const args = [
      distinct ? distinct.slots.byteOffset : 0,
      projections.data.byteOffset,
      this.pack(this.packed, 0, GATES, false),
      ...[gates, cells, before].map(({ data }) => data.byteOffset),
      after ? after.data.byteOffset : 0,
      last.data.byteOffset,
      this.hardGates,
    ];
    this.runSteps("lstmForward", sequences, args, kernel.lstmScratch);
    this.saved = { gates, cells, before };
  }

  /** @internal */
  protected override backwardSteps(
    sequences: Sequences,
    dLast: Tensor | undefined,
    dAfter: Tensor | undefined,
    dGates: Tensor,
  ): void {
    const { gates, cells } = this.saved as NonNullable<typeof this.saved>;
    const args = [
      this.pack(this.packed, 0, GATES, true),
      gates.data.byteOffset,
      cells.data.byteOffset,
      dAfter ? dAfter.data.byteOffset : 0,
      dLast ? dLast.data.byteOffset : 0,
      dGates.data.byteOffset,
      this.firsts.byteOffset,
      this.hardGates,
    ];
    this.runSteps("lstmBackward", sequences, args, kernels(this.dtype).lstmScratch);
  }

  /** @internal */
  protected override addRecurrentGradients(dGates: Tensor, live: readonly Range[]): void {
    const { before } = this.saved as NonNullable<typeof this.saved>;
    accumulateOver(this.recurrentWeight, live, (into, part, add) =>
      matmulInto(into, part(before), true, part(dGates), false, add),
    );
  }
}
