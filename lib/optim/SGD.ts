import { ArgumentError } from "../errors";
import { run } from "../kernels/run";
import type { Parameter } from "../layers/Parameter";
import { Tensor } from "../tensor/Tensor";
import type { Optimizer } from "./Optimizer";
import { ConstantScheduler, type Scheduler } from "./Scheduler";

/** The constants of an `SGD`. */
export interface SGDOptions {
  /** η, a number or a schedule. */
  readonly learningRate: number | Scheduler;
  /** μ, 0 if not given. */
  readonly momentum?: number;
  /** Looks ahead along the velocity (Nesterov's form, as in PyTorch). */
  readonly nesterov?: boolean;
  /** λ, 0 if not given. */
  readonly weightDecay?: number;
  /** Whether biases decay as well as weights; false if not given, where PyTorch decays both. */
  readonly decayBiases?: boolean;
}

/**
 * Stochastic gradient descent with weight decay and momentum, as `torch.optim.SGD`:
 * g ← ∂L/∂w + λw; v ← μv + g; w ← w − ηₜ v, or w ← w − ηₜ (g + μv) with Nesterov's momentum.
 * Without momentum this is w ← (1 − ηₜλ) w − ηₜ ∂L/∂w, one pass over memory.
 *
 * `torch.optim.SGD` decays biases too; here λ is 0 for them unless `decayBiases` is set.
 */
export class SGD implements Optimizer {
  readonly parameters: readonly Parameter[];
  private readonly scheduler: Scheduler;
  private readonly momentum: number;
  private readonly nesterov: boolean;
  private readonly weightDecay: number;
  private readonly decayBiases: boolean;
  private readonly velocities: readonly Tensor[];
  private steps = 0;

  /**
   * @throws ArgumentError unless learningRate is finite and ≥ 0, momentum in [0, 1), above 0 with nesterov, and
   * weightDecay finite and ≥ 0.
   */
  constructor(parameters: readonly Parameter[], options: SGDOptions) {
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0, decayBiases = false } = options;
    if (!(momentum >= 0 && momentum < 1)) {
      throw new ArgumentError("SGD", `momentum must be in [0, 1), got ${momentum}`);
    }
    if (nesterov && momentum === 0) throw new ArgumentError("SGD", "nesterov needs a momentum above 0");
    if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
      throw new ArgumentError("SGD", `weightDecay must be a finite number ≥ 0, got ${weightDecay}`);
    }
    this.parameters = parameters;
    this.scheduler = typeof learningRate === "number" ? new ConstantScheduler(learningRate) : learningRate;
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
    this.decayBiases = decayBiases;
    this.velocities =
      momentum > 0 ? parameters.map(({ value }) => Tensor.zeros(value.shape, value.dtype)) : [];
  }

  /** ηₜ of the step to come. */
  get learningRate(): number {
    return this.scheduler.rate(this.steps);
  }

  /** t, the number of steps taken. */
  get stepCount(): number {
    return this.steps;
  }

  /** One step of every parameter along its gradient. */
  step(): void {
    const rate = this.learningRate;
    for (let i = 0; i < this.parameters.length; i++) {
      const parameter = this.parameters[i];
      const decay = parameter.kind === "weight" || this.decayBiases ? this.weightDecay : 0;
      this.update(parameter, this.velocities[i], rate, decay);
    }
    this.steps++;
  }

  /** Clears the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  private update(parameter: Parameter, velocity: Tensor | undefined, rate: number, decay: number): void {
    if (!velocity && parameter.descend(rate, decay)) return;
    const { value, grad } = parameter;
    const { dtype, size } = value;
    const w = value.data.byteOffset;
    const g = grad.data.byteOffset;
    if (velocity) {
      const v = velocity.data.byteOffset;
      const nesterov = this.nesterov ? 1 : 0;
      run(dtype, "sgdMomentum", size, [0, size, w, g, v, rate, decay, this.momentum, nesterov]);
    } else {
      run(dtype, "sgd", size, [0, size, w, g, rate, decay]);
    }
  }
}
