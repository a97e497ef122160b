import { ArgumentError } from "../errors";
import type { Parameter } from "../layers/Parameter";
import type { Tensor } from "../tensor/Tensor";
import type { Optimizer } from "./Optimizer";
import { ConstantScheduler, type EpochScores, type Scheduler } from "./Scheduler";

/** The constants that all optimisers have. */
export interface ScheduledOptions {
  /** η, a number or a schedule. */
  readonly learningRate: number | Scheduler;
  /** λ, 0 if not given. */
  readonly weightDecay?: number;
  /** Whether biases decay as well as weights; false if not given, where PyTorch decays both. */
  readonly decayBiases?: boolean;
}

/** An optimiser that follows a schedule, and lets parameters decay. */
export abstract class ScheduledOptimizer implements Optimizer {
  readonly parameters: readonly Parameter[];
  stepCount = 0;
  private readonly scheduler: Scheduler;
  private readonly weightDecay: number;
  private readonly decayBiases: boolean;

  constructor(where: string, parameters: readonly Parameter[], options: ScheduledOptions) {
    const { learningRate, weightDecay = 0, decayBiases = false } = options;
    if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
      throw new ArgumentError(where, `weightDecay must be a finite number ≥ 0, got ${weightDecay}`);
    }
    this.parameters = parameters;
    this.scheduler = typeof learningRate === "number" ? new ConstantScheduler(learningRate) : learningRate;
    this.weightDecay = weightDecay;
    this.decayBiases = decayBiases;
  }

  abstract get memory(): ReadonlyMap<string, readonly Tensor[]>;

  /** Changes the parameter of that number along its gradient. */
  protected abstract update(index: number, rate: number, decay: number): void;

  /** ηₜ of the step to come. */
  get learningRate(): number {
    return this.scheduler.rate(this.stepCount);
  }

  get settings(): Readonly<Record<string, unknown>> {
    const { scheduler, weightDecay, decayBiases } = this;
    return {
      kind: this.constructor.name,
      schedule: describe(scheduler),
      weightDecay,
      decayBiases,
    };
  }

  /** One step of every parameter along its gradient. */
  step(): void {
    const rate = this.learningRate;
    for (let i = 0; i < this.parameters.length; i++) {
      const decays = this.parameters[i].kind === "weight" || this.decayBiases;
      this.update(i, rate, decays ? this.weightDecay : 0);
    }
    this.stepCount++;
  }

  observe(epochs: readonly EpochScores[]): void {
    this.scheduler.observe?.(epochs);
  }

  /** Clears the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }
}

/** A schedule as plain data: its kind and constants, and those of a schedule inside it. */
function describe(scheduler: Scheduler): object {
  const constants = Object.entries(scheduler).map(([name, value]) => [
    name,
    isScheduler(value) ? describe(value) : value,
  ]);
  return { kind: scheduler.constructor.name, ...Object.fromEntries(constants) };
}

function isScheduler(value: unknown): value is Scheduler {
  return typeof (value as Partial<Scheduler> | null)?.rate === "function";
}
