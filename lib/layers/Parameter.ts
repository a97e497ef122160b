import { inWords, markCopy } from "../checks";
import { ArgumentError } from "../errors";
import type { DType } from "../kernels/Kernels";
import type { Shape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";

/** A gradient that can be computed whenever somebody needs it. */
export interface PendingGradient {
  /** Writes the gradient, or adds it to what stands there. */
  write(into: Tensor, add: boolean): void;
  /** w ← w − rate · (gradient + decay · w) in one pass, without writing the gradient down. */
  descend(value: Tensor, rate: number, decay: number): void;
}

/**
 * A tensor that is learned, with the gradient of the loss with respect to it.
 *
 * It begins with zeros; the layer fills `value`.
 * @throws ShapeError if an axis is not a whole number ≥ 0.
 */
export class Parameter {
  /** A weight or a bias: optimisers may decay one and not the other. */
  readonly kind: "weight" | "bias";
  /** What the layer computes with; an optimiser writes to it. */
  readonly value: Tensor;
  /** Whether it is learned: a frozen one is saved with the others, but `parameters()` leaves it out. */
  frozen = false;
  private readonly gradient: Tensor;
  private pending: PendingGradient | undefined;
  private cleared = true;
  private written = false;

  constructor(kind: "weight" | "bias", shape: Shape, dtype: DType) {
    if (kind !== "weight" && kind !== "bias")
      throw new ArgumentError("Parameter", `kind must be "weight" or "bias", got ${inWords(kind)}`);
    this.kind = kind;
    this.value = Tensor.zeros(shape, dtype);
    this.gradient = Tensor.zeros(shape, dtype);
  }

  /** ∂loss/∂value, summed over all `backward` calls since it was last cleared. What is written to it counts as they do. */
  get grad(): Tensor {
    this.settle();
    if (this.cleared) {
      if (this.written) this.gradient.data.fill(0);
      this.cleared = false;
      this.written = true;
    }
    return this.gradient;
  }

  /** Clears the gradient. The zeros are written only if somebody looks before the next `backward`. */
  zeroGrad(): void {
    this.pending = undefined;
    this.cleared = true;
  }

  /**
   * For `backward`: the gradient to write to, and whether to add to what stands there (else overwrite it all).
   */
  accumulate(): { readonly into: Tensor; readonly add: boolean } {
    this.settle();
    const add = !this.cleared;
    this.cleared = false;
    this.written = true;
    return { into: this.gradient, add };
  }

  /** For `backwardParameters`: the gradient to add, to be computed when it is needed. @internal */
  defer(pending: PendingGradient): void {
    if (this.cleared && !this.pending) {
      this.pending = pending;
    } else {
      const { into, add } = this.accumulate();
      pending.write(into, add);
    }
  }

  /** Computes what was deferred. A layer calls it before it forgets what the gradient is made of. @internal */
  settle(): void {
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    const { into, add } = this.accumulate();
    pending.write(into, add);
  }

  /**
   * w ← w − rate · (grad + decay · w), if the gradient is deferred; else nothing is done and false returned.
   * @internal
   */
  descend(rate: number, decay: number): boolean {
    this.pending?.descend(this.value, rate, decay);
    return this.pending !== undefined;
  }

  /** Whether `backward` has added to the gradient, or somebody seen it, since it was cleared. */
  get hasGrad(): boolean {
    return !this.cleared || this.pending !== undefined;
  }
}

markCopy(Parameter);
