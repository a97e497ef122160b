import { checkFlags, checkOptions, checkPositives, checkShares } from "../checks";
import { run } from "../kernels/run";
import type { Parameter } from "../layers/Parameter";
import { wholePow } from "../tensor/accurateMath";
import { Tensor } from "../tensor/Tensor";
import { SCHEDULED_OPTIONS, ScheduledOptimizer, type ScheduledOptions } from "./ScheduledOptimizer";
import type { Scheduler } from "./Scheduler";

/** How far a step goes, and how long the means of the gradients last. */
export interface AdamOptions extends Partial<ScheduledOptions> {
  /** η, a number or a schedule (default: 0.001). */
  readonly learningRate?: number | Scheduler;
  /** β₁ (default: 0.9). */
  readonly beta1?: number;
  /** β₂ (default: 0.999). */
  readonly beta2?: number;
  /** ε (default: 1e-8, as in PyTorch; Keras has 1e-7). */
  readonly epsilon?: number;
  /** Whether λ shrinks the weights themselves (AdamW) and does not enter the gradient, L2 (default: false). */
  readonly decoupled?: boolean;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1), as `torch.optim.Adam`: with g ← ∂L/∂w + λw and t counted from 1,
 * m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − ηₜ m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 * Decoupled, as `torch.optim.AdamW` (Loshchilov and Hutter 2019): g ← ∂L/∂w and w ← (1 − ηₜλ)w before the step.
 *
 * PyTorch decays biases too; here λ is 0 for them unless `decayBiases` is set. Gradients
 * and moments far below ε count as 0 (kernels/assembly/tiny.ts).
 * @throws ArgumentError unless the parameters are a list of one or more, each once, learningRate is finite and ≥ 0 or a
 * schedule, beta1 and beta2 in [0, 1), epsilon finite and > 0, and weightDecay finite and ≥ 0.
 */
export class Adam extends ScheduledOptimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly decoupled: boolean;
  private readonly first: readonly Tensor[];
  private readonly second: readonly Tensor[];
  private correctedStep = 0;
  private firstCorrection = 0;
  private secondCorrection = 0;

  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    checkOptions("Adam", options, [...SCHEDULED_OPTIONS, "beta1", "beta2", "epsilon", "decoupled"]);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decoupled = false } = options;
    super("Adam", parameters, { ...options, learningRate: options.learningRate ?? 0.001 });
    checkFlags("Adam", { decoupled });
    checkShares("Adam", { beta1, beta2 });
    checkPositives("Adam", { epsilon });
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decoupled = decoupled;
    this.first = parameters.map(({ value }) => Tensor.zeros(value.shape, value.dtype));
    this.second = parameters.map(({ value }) => Tensor.zeros(value.shape, value.dtype));
  }

  override get settings(): Readonly<Record<string, unknown>> {
    const { beta1, beta2, epsilon, decoupled } = this;
    return { ...super.settings, beta1, beta2, epsilon, decoupled };
  }

  /** m and v. */
  override get memory(): ReadonlyMap<string, readonly Tensor[]> {
    return new Map([
      ["firstMoment", this.first],
      ["secondMoment", this.second],
    ]);
  }

  protected override update(index: number, rate: number, decay: number): void {
    const { beta1, beta2, epsilon, decoupled } = this;
    const { value, grad } = this.parameters[index];
    this.correct(this.stepCount + 1);
    run(value.dtype, "adam", value.size, [
      0,
      value.size,
      value.data.byteOffset,
      grad.data.byteOffset,
      this.first[index].data.byteOffset,
      this.second[index].data.byteOffset,
      beta1,
      beta2,
      1 - beta1,
      1 - beta2,
      rate / this.firstCorrection,
      1 / Math.sqrt(this.secondCorrection),
      epsilon,
      decoupled ? 0 : decay,
      decoupled ? 1 - rate * decay : 1,
    ]);
  }

  /** Computes 1 − β₁ᵗ and 1 − β₂ᵗ, once a step. */
  private correct(t: number): void {
    if (t === this.correctedStep) return;
    this.firstCorrection = 1 - wholePow(this.beta1, t);
    this.secondCorrection = 1 - wholePow(this.beta2, t);
    this.correctedStep = t;
  }
}
