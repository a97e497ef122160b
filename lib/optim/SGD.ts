import { checkFlags, checkOptions, checkShares } from "../checks";
import { ArgumentError } from "../errors";
import { run } from "../kernels/run";
import type { Parameter } from "../layers/Parameter";
import { Tensor } from "../tensor/Tensor";
import { SCHEDULED_OPTIONS, ScheduledOptimizer, type ScheduledOptions } from "./ScheduledOptimizer";

/** The constants of gradient descent: learning rate, decay and momentum. */
export interface SGDOptions extends ScheduledOptions {
  /** μ (default: 0). */
  readonly momentum?: number;
  /** Looks ahead along the velocity, Nesterov's form, as in PyTorch (default: false). */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with weight decay and momentum, as `torch.optim.SGD`:
 * g ← ∂L/∂w + λw; v ← μv + g; w ← w − ηₜ v, or w ← w − ηₜ (g + μv) with Nesterov's momentum.
 * Without momentum this is w ← (1 − ηₜλ) w − ηₜ ∂L/∂w, one pass over memory.
 *
 * `torch.optim.SGD` decays biases too; here λ is 0 for them unless `decayBiases` is set.
 * @throws ArgumentError unless the parameters are a list of one or more, each once, learningRate is finite and ≥ 0 or a
 * schedule, momentum in [0, 1), above 0 with nesterov, and weightDecay finite and ≥ 0.
 * @example
 * const layer = new nn.Linear(2, 1, { random: new nn.RandomState(1) });
 * const optimizer = new nn.SGD(layer.parameters(), { learningRate: 0.1, momentum: 0.9 });
 * layer.forward(nn.Tensor.ones([1, 2]));
 * layer.backward(nn.Tensor.ones([1, 1]));
 * optimizer.step();
 * console.log(layer.bias.value.at(0).toFixed(3)); // -0.100
 */
export class SGD extends ScheduledOptimizer {
  private readonly momentum: number;
  private readonly nesterov: boolean;
  private readonly velocities: readonly Tensor[];

  constructor(parameters: readonly Parameter[], options: SGDOptions) {
    checkOptions("SGD", options, [...SCHEDULED_OPTIONS, "momentum", "nesterov"]);
    super("SGD", parameters, options);
    const { momentum = 0, nesterov = false } = options;
    checkFlags("SGD", { nesterov });
    checkShares("SGD", { momentum });
    if (nesterov && momentum === 0) throw new ArgumentError("SGD", "nesterov needs a momentum above 0");
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.velocities =
      momentum > 0 ? parameters.map(({ value }) => Tensor.zeros(value.shape, value.dtype)) : [];
  }

  override get settings(): Readonly<Record<string, unknown>> {
    return { ...super.settings, momentum: this.momentum, nesterov: this.nesterov };
  }

  /** v, with momentum. */
  override get memory(): ReadonlyMap<string, readonly Tensor[]> {
    return new Map(this.momentum > 0 ? [["velocity", this.velocities]] : []);
  }

  protected override update(index: number, rate: number, decay: number): void {
    const parameter = this.parameters[index];
    const velocity = this.velocities[index];
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
