import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import { kernels } from "../kernels/load";
import { transposedColumnsInto } from "../tensor/matmul";
import { RowScratch, Scratch } from "../tensor/Scratch";
import type { Tensor } from "../tensor/Tensor";
import { Parameter } from "./Parameter";
import { Recurrent, type RecurrentOptions } from "./recurrence/Recurrent";
import { accumulateOver, type Range } from "./recurrence/ranges";
import type { Sequences } from "./recurrence/Sequences";

const GATES = 3;

/** The options of a recurrent layer, and on which side of the product with U the reset gate acts. */
export interface GRUOptions extends RecurrentOptions {
  /** Whether the reset gate acts on h before it is multiplied by U, or after (default: `before`). */
  readonly reset?: "before" | "after";
}

/** What the way back needs of a forward pass. */
interface Saved {
  readonly gates: Tensor;
  readonly before: Tensor;
  readonly inner: Tensor;
}

/**
 * Gated recurrent unit (Cho et al. 2014). W, U and b have three parts of H columns, in Keras's order: update z, reset r
 * and candidate g (PyTorch's order is r, z, n).
 *
 *     z = σ(xₜW₁ + hₜ₋₁U₁ + b₁)        r = σ(xₜW₂ + hₜ₋₁U₂ + b₂)
 *     g = tanh(xₜW₃ + (r ⊙ hₜ₋₁) U₃ + b₃)                  reset "before", as in the paper; Keras's reset_after=False
 *     g = tanh(xₜW₃ + b₃ + r ⊙ (hₜ₋₁U₃ + b′₃))             reset "after", as in cuDNN, PyTorch and Keras's default
 *     hₜ = z ⊙ hₜ₋₁ + (1 − z) ⊙ g                          h₀ = 0
 *
 * Shapes: x [N, T, D], W [D, 3H], U [H, 3H], b [3H] → y [N, H], the h of the last step, or [N, T, H], all of them.
 * Reset "after" has a second bias b′ [3H], added to hU in the gates too, as in Keras and PyTorch. σ is the logistic function
 * or the hard one of `LSTM`.
 *
 * Backward, from the last step to the first, with dh what y and step t + 1 give hₜ, and p the sums inside σ and tanh:
 *
 *     dp₁ = dh ⊙ (hₜ₋₁ − g) ⊙ z (1 − z)           dp₃ = dh ⊙ (1 − z) ⊙ (1 − g²)
 *     before: dq = dp₃ U₃ᵀ;  dp₂ = dq ⊙ hₜ₋₁ ⊙ r (1 − r);  dhₜ₋₁ = dh ⊙ z + dq ⊙ r + dp₁ U₁ᵀ + dp₂ U₂ᵀ
 *     after:  q = hₜ₋₁U₃ + b′₃;  dp₂ = dp₃ ⊙ q ⊙ r (1 − r);  dq = dp₃ ⊙ r;  dhₜ₋₁ = dh ⊙ z + dp₁ U₁ᵀ + dp₂ U₂ᵀ + dq U₃ᵀ
 *
 * and dW = Σₜ xₜᵀ dpₜ, db = Σₜ dpₜ, dxₜ = dpₜ Wᵀ, dU₁ = Σₜ hₜ₋₁ᵀ dp₁, dU₂ = Σₜ hₜ₋₁ᵀ dp₂, and dU₃ = Σₜ (r ⊙ hₜ₋₁)ᵀ dp₃
 * before or Σₜ hₜ₋₁ᵀ dq after; db′ is (Σₜ dp₁, Σₜ dp₂, Σₜ dq). That is the whole gradient, through all T steps; only
 * values of dh too small to change a weight count as 0 (kernels/assembly/tiny.ts).
 * @throws ArgumentError if a length is not a whole number > 0, or reset neither "before" nor "after".
 * @throws ShapeError if x is not [N, T, D] with T > 0 or dy not as y; ArgumentError if their dtype is not that of the
 * weights.
 */
export class GRU extends Recurrent {
  /** Whether the reset gate acts before or after the product with U. */
  readonly reset: "before" | "after";
  /** b′ [3H], with reset "after". */
  readonly recurrentBias: Parameter | undefined;
  private readonly packed = [new Scratch(), new Scratch()] as const;
  private readonly gateValues = new RowScratch();
  private readonly innerValues = new RowScratch();
  private readonly innerGradients = new RowScratch();
  /** The gradient of what the reset gate multiplies, where it comes after. */
  private dInner: Tensor | undefined;
  private readonly biasSum = new Scratch();
  private saved: Saved | undefined;

  constructor(inputSize: number, units: number, options: GRUOptions) {
    super(inputSize, units, GATES, options, ["reset"]);
    const { reset = "before" } = options;
    if (reset !== "before" && reset !== "after")
      throw new ArgumentError("GRU", `reset must be "before" or "after", got ${inWords(reset)}`);
    this.reset = reset;
    if (reset === "after") this.recurrentBias = new Parameter("bias", [GATES * units], this.dtype);
  }

  /** b, and in the gates b′ too. @internal */
  protected override projectionBias(): Tensor {
    if (!this.recurrentBias) return this.bias.value;
    const sum = this.biasSum.take([GATES * this.units], this.dtype);
    sum.data.set(this.bias.value.data);
    for (let j = 0; j < 2 * this.units; j++) sum.data[j] += this.recurrentBias.value.data[j];
    return sum;
  }

  /** @internal */
  protected override forwardSteps(
    sequences: Sequences,
    projections: Tensor,
    last: Tensor,
    after: Tensor | undefined,
  ): void {
    const { dtype, units, recurrentBias } = this;
    const { steps, distinct } = sequences;
    const gates = this.gateValues.take(steps, GATES * kernels(dtype).wholeVectors(units), dtype);
    const before = this.before.take(steps, units, dtype);
    const inner = this.innerValues.take(steps, units, dtype);
    const args = [
      distinct ? distinct.slots.byteOffset : 0,
      projections.data.byteOffset,
      this.pack(this.packed[0], 0, 2, false),
      this.pack(this.packed[1], 2, 1, false),
      recurrentBias ? recurrentBias.value.data.subarray(2 * units).byteOffset : 0,
      ...[gates, before, inner].map(({ data }) => data.byteOffset),
      after ? after.data.byteOffset : 0,
      last.data.byteOffset,
      this.hardGates,
    ];
    this.runSteps("gruForward", sequences, args, kernels(dtype).gruScratch);
    this.saved = { gates, before, inner };
  }

  /** @internal */
  protected override backwardSteps(
    sequences: Sequences,
    dLast: Tensor | undefined,
    dAfter: Tensor | undefined,
    dGates: Tensor,
  ): void {
    const { dtype, units } = this;
    const { gates, before, inner } = this.saved as Saved;
    const dInner = this.recurrentBias ? this.innerGradients.take(sequences.steps, units, dtype) : undefined;
    const args = [
      this.pack(this.packed[0], 0, 2, true),
      this.pack(this.packed[1], 2, 1, true),
      ...[gates, before, inner].map(({ data }) => data.byteOffset),
      dAfter ? dAfter.data.byteOffset : 0,
      dLast ? dLast.data.byteOffset : 0,
      dGates.data.byteOffset,
      dInner ? dInner.data.byteOffset : 0,
      this.firsts.byteOffset,
      this.hardGates,
    ];
    this.runSteps("gruBackward", sequences, args, kernels(dtype).gruScratch);
    this.dInner = dInner;
  }

  /** @internal */
  protected override addRecurrentGradients(dGates: Tensor, live: readonly Range[]): void {
    const { units, recurrentBias, dInner } = this;
    const { before, inner } = this.saved as Saved;
    const [factor, sums, first] = dInner ? [before, dInner, 0] : [inner, dGates, 2 * units];
    accumulateOver(this.recurrentWeight, live, (into, part, add) => {
      transposedColumnsInto(into, 0, 2 * units, part(before), part(dGates), 0, add);
      transposedColumnsInto(into, 2 * units, units, part(factor), part(sums), first, add);
    });
    if (recurrentBias && dInner) this.addRecurrentBias(recurrentBias, dGates, dInner, live);
  }

  /** db′ = (Σₛ dp₁, Σₛ dp₂, Σₛ dq). */
  private addRecurrentBias(
    recurrentBias: Parameter,
    dGates: Tensor,
    dInner: Tensor,
    live: readonly Range[],
  ): void {
    const { units, dtype } = this;
    const { columnSums } = kernels(dtype);
    accumulateOver(recurrentBias, live, (into, part, add) => {
      const [gates, inner] = [part(dGates), part(dInner)];
      const steps = inner.shape[0];
      const [x, q, out, candidate] = [gates.data, inner.data, into.data, into.data.subarray(2 * units)].map(
        (array) => array.byteOffset,
      );
      columnSums(0, 2 * units, steps, GATES * units, x, out, add ? 1 : 0);
      columnSums(0, units, steps, units, q, candidate, add ? 1 : 0);
    });
  }
}
