import { checkFlags, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { Parameter } from "../layers/Parameter";
import { checkChange } from "../tensor/held";
import type { Tensor } from "../tensor/Tensor";
import type { Optimizer } from "./Optimizer";
import { ConstantScheduler, checkRate, type EpochScores, isScheduler, type Scheduler } from "./Scheduler";

/** The constants that all optimisers have. */
export interface ScheduledOptions {
  /** η, a number or a schedule. */
  readonly learningRate: number | Scheduler;
  /** λ (default: 0). */
  readonly weightDecay?: number;
  /** Whether biases decay as well as weights (default: false; PyTorch decays both). */
  readonly decayBiases?: boolean;
}

/** The names of these constants, for `checkOptions`. */
export const SCHEDULED_OPTIONS: readonly (keyof ScheduledOptions)[] = [
  "learningRate",
  "weightDecay",
  "decayBiases",
];

/**
 * An optimiser that follows a schedule, lets parameters decay and leaves frozen ones as they are: what an optimiser of
 * your own extends.
 * @throws ArgumentError, from `where`, unless the parameters are a list of one or more, each once, learningRate is a
 * number ≥ 0 or a schedule, and weightDecay is finite and ≥ 0.
 */
export abstract class ScheduledOptimizer implements Optimizer {
  readonly parameters: readonly Parameter[];
  stepCount = 0;
  private readonly scheduler: Scheduler;
  private readonly weightDecay: number;
  private readonly decayBiases: boolean;

  constructor(where: string, parameters: readonly Parameter[], options: ScheduledOptions) {
    checkParameters(where, parameters);
    if (parameters.length === 0) {
      throw new ArgumentError(where, "parameters must be at least one, got none (are they all frozen?)");
    }
    const { learningRate, weightDecay = 0, decayBiases = false } = options;
    if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
      throw new ArgumentError(where, `weightDecay must be a finite number ≥ 0, got ${inWords(weightDecay)}`);
    }
    checkFlags(where, { decayBiases });
    if (!(isScheduler(learningRate) || (Number.isFinite(learningRate) && learningRate >= 0))) {
      const problem = "learningRate must be a finite number ≥ 0 or a schedule";
      throw new ArgumentError(where, `${problem}, got ${inWords(learningRate)}`);
    }
    this.parameters = [...parameters];
    this.scheduler = isScheduler(learningRate) ? learningRate : new ConstantScheduler(learningRate);
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

  /**
   * One step along its gradient of every parameter that is not frozen.
   * @throws ArgumentError if the schedule gives no finite rate ≥ 0, or a `fit` that has not ended takes the steps.
   */
  step(): void {
    checkChange(`${this.constructor.name}.step`, "the optimizer", this);
    const rate = this.learningRate;
    checkRate(this.scheduler.constructor.name, rate);
    for (let i = 0; i < this.parameters.length; i++) {
      if (this.parameters[i].frozen) continue;
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

/** @throws ArgumentError unless they are a list of parameters, each once. */
export function checkParameters(where: string, parameters: readonly Parameter[]): void {
  if (!Array.isArray(parameters) || !parameters.every((parameter) => parameter instanceof Parameter)) {
    const got = Array.isArray(parameters)
      ? inWords(parameters.find((parameter) => !(parameter instanceof Parameter)))
      : inWords(parameters);
    throw new ArgumentError(where, `parameters must be those of a model, model.parameters(), got ${got}`);
  }
  const twice = parameters.findIndex((parameter, i) => parameters.indexOf(parameter) < i);
  if (twice < 0) return;
  const places = `number ${parameters.indexOf(parameters[twice])} again as number ${twice}`;
  throw new ArgumentError(where, `parameters must be different ones, got ${places}`);
}

/** A schedule as plain data: its kind and constants, and those of a schedule inside it. */
function describe(scheduler: Scheduler): object {
  const constants = Object.entries(scheduler).map(([name, value]) => [
    name,
    isScheduler(value) ? describe(value) : value,
  ]);
  return { kind: scheduler.constructor.name, ...Object.fromEntries(constants) };
}
