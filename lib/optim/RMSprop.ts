import { checkFlags, checkOptions, checkPositives, checkShares } from "../checks";
import { run } from "../kernels/run";
import type { Parameter } from "../layers/Parameter";
import { Tensor } from "../tensor/Tensor";
import { SCHEDULED_OPTIONS, ScheduledOptimizer, type ScheduledOptions } from "./ScheduledOptimizer";
import type { Scheduler } from "./Scheduler";

/** How far a step goes, and how long the mean of the squared gradients lasts. */
export interface RMSpropOptions extends Partial<ScheduledOptions> {
  /** η, a number or a schedule (default: 0.01, as in PyTorch; Keras has 0.001). */
  readonly learningRate?: number | Scheduler;
  /** α, Keras's ρ (default: 0.99, as in PyTorch; Keras has 0.9). */
  readonly alpha?: number;
  /** ε (default: 1e-8, as in PyTorch; Keras has 1e-7). */
  readonly epsilon?: number;
  /** μ (default: 0). */
  readonly momentum?: number;
  /** Whether the gradients' variance stands for the mean of their squares (default: false). */
  readonly centered?: boolean;
}

/**
 * RMSprop (Tieleman and Hinton 2012, lecture 6.5), as `torch.optim.RMSprop`: g ← ∂L/∂w + λw; v ← αv + (1 − α)g²;
 * s = g / (√v + ε); w ← w − ηₜ s. With momentum u ← μu + s; w ← w − ηₜ u. Centred (Graves 2013, eq. 38 to 45)
 * m ← αm + (1 − α)g, and √(v − m²) stands for √v.
 *
 * Keras's defaults are `{ learningRate: 0.001, alpha: 0.9, epsilon: 1e-7 }`; Keras 3 has ε inside the root, √(v + ε),
 * and multiplies by η before the momentum; the first Keras had ε where it is here.
 *
 * PyTorch decays biases too; here λ is 0 for them unless `decayBiases` is set. Gradients and means far below ε count
 * as 0 (kernels/assembly/tiny.ts), and so does a variance below 0, where PyTorch's root is NaN.
 * @throws ArgumentError unless the parameters are a list of one or more, each once, learningRate is finite and ≥ 0 or a
 * schedule, alpha and momentum in [0, 1), epsilon finite and > 0, and weightDecay finite and ≥ 0.
 */
export class RMSprop extends ScheduledOptimizer {
  private readonly alpha: number;
  private readonly epsilon: number;
  private readonly momentum: number;
  private readonly squares: readonly Tensor[];
  private readonly means: readonly Tensor[];
  private readonly velocities: readonly Tensor[];

  constructor(parameters: readonly Parameter[], options: RMSpropOptions = {}) {
    checkOptions("RMSprop", options, [...SCHEDULED_OPTIONS, "alpha", "epsilon", "momentum", "centered"]);
    const { alpha = 0.99, epsilon = 1e-8, momentum = 0, centered = false } = options;
    super("RMSprop", parameters, { ...options, learningRate: options.learningRate ?? 0.01 });
    checkFlags("RMSprop", { centered });
    checkShares("RMSprop", { alpha, momentum });
    checkPositives("RMSprop", { epsilon });
    this.alpha = alpha;
    this.epsilon = epsilon;
    this.momentum = momentum;
    const zeros = (): readonly Tensor[] =>
      parameters.map(({ value }) => Tensor.zeros(value.shape, value.dtype));
    this.squares = zeros();
    this.means = centered ? zeros() : [];
    this.velocities = momentum > 0 ? zeros() : [];
  }

  override get settings(): Readonly<Record<string, unknown>> {
    const { alpha, epsilon, momentum, means } = this;
    return { ...super.settings, alpha, epsilon, momentum, centered: means.length > 0 };
  }

  /** v, and m and u where there are some. */
  override get memory(): ReadonlyMap<string, readonly Tensor[]> {
    const all = Object.entries({ squares: this.squares, means: this.means, velocity: this.velocities });
    return new Map(all.filter(([, tensors]) => tensors.length > 0));
  }

  protected override update(index: number, rate: number, decay: number): void {
    const { alpha, epsilon, momentum } = this;
    const { value, grad } = this.parameters[index];
    run(value.dtype, "rmsprop", value.size, [
      0,
      value.size,
      value.data.byteOffset,
      grad.data.byteOffset,
      this.squares[index].data.byteOffset,
      this.means[index]?.data.byteOffset ?? 0,
      this.velocities[index]?.data.byteOffset ?? 0,
      alpha,
      1 - alpha,
      rate,
      epsilon,
      decay,
      momentum,
    ]);
  }
}
